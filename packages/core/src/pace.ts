/**
 * Lets long work give way to requests: called between two steps of it, it resolves at once while the work has
 * held the event loop for a short time only, and behind a turn of the loop otherwise.
 */
export type Pace = () => Promise<void> | undefined;

/** Never gives way: for the first load, when nobody waits for an answer. */
export const noPace: Pace = () => undefined;

/** Milliseconds of work between two turns of the loop: what a request may wait for besides others. */
const sliceMs = 1;

/** A turn of the loop that takes less had nothing to do. */
const idleTurnMs = 0.1;

/** Turns that others get between two slices while they have something to do: work goes on under any load. */
const mostTurns = 5;

export interface PaceOptions {
  /** Milliseconds that only grow. @defaultValue the machine's */
  readonly now?: () => number;
  /** Resolves when the loop has looked after everybody else. @defaultValue `setImmediate` */
  readonly turn?: () => Promise<void>;
}

/** Gives way after each millisecond of work, until nobody waits: a new connection takes several turns to its answer. */
export function createPace({ now = () => performance.now(), turn = turnOfLoop }: PaceOptions = {}): Pace {
  let begun = now();
  const rest = async (): Promise<void> => {
    for (let turns = 0; turns < mostTurns; turns += 1) {
      begun = now();
      await turn();
      if (now() - begun < idleTurnMs) break;
    }
    begun = now();
  };
  return () => (now() - begun < sliceMs ? undefined : rest());
}

/** Sockets that have something to read come before an immediate. */
function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
