/**
 * Lets long work give way to requests: called between two steps of it, it resolves at once while the work has
 * held the event loop for a short time only, and behind everybody else otherwise.
 */
export type Pace = () => Promise<void> | undefined;

/** Never gives way: for the first load, when nobody waits for an answer. */
export const noPace: Pace = () => undefined;

/** Milliseconds of work at a time: what a request may wait for besides others. */
const sliceMs = 0.25;

/** How many times as long as it worked long work rests while requests come: one part in 41 of the time is its own. */
const restRatio = 40;

/** The same for work that may soon be done, few requests come until then, and for work that would go on for too long. */
const leastRestRatio = 8;

/** Milliseconds of work after which it is long. */
const shortMs = 8;

/** Milliseconds of work that rest for four seconds: whoever changed so much should not wait for much longer. */
const longestMs = 100;

/** Milliseconds of a rest at most: between two steps the work may only have waited, for a file or a plugin. */
const longestRestMs = 160;

/** Milliseconds without a request after which none is expected. */
const quietMs = 50;

export interface PaceOptions {
  /** Requests that have come so far; work that sees more of them rests. @defaultValue none ever comes */
  readonly arrivals?: () => number;
  /** Milliseconds that only grow. @defaultValue the machine's */
  readonly now?: () => number;
  /** Resolves when the loop has looked after everybody else. @defaultValue `setImmediate` */
  readonly turn?: () => Promise<void>;
  /** Resolves after so many milliseconds. @defaultValue `setTimeout` */
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * Gives way after each quarter of a millisecond of work. While requests come it rests as well, in proportion to what it took: few of them meet
 * it then, and those that are there when it is over are done before the work goes on. Under any load it goes on.
 */
export function createPace({
  arrivals = () => 0,
  now = () => performance.now(),
  turn = turnOfLoop,
  sleep = sleepInLoop,
}: PaceOptions = {}): Pace {
  let begun = now();
  let seen = arrivals();
  let quietFrom = begun;
  let worked = 0;
  const rest = async (workedMs: number): Promise<void> => {
    worked += workedMs;
    const ratio = worked < shortMs || worked > longestMs ? leastRestRatio : restRatio;
    await turn();
    const come = arrivals();
    if (come !== seen) quietFrom = now() + quietMs;
    seen = come;
    if (now() < quietFrom) {
      await sleep(Math.min(workedMs * ratio, longestRestMs));
      await turn();
    }
    begun = now();
  };
  return () => {
    const workedMs = now() - begun;
    return workedMs < sliceMs ? undefined : rest(workedMs);
  };
}

/** Sockets that have something to read come before an immediate. */
function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function sleepInLoop(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
