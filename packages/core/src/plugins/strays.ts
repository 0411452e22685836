import { pathToFileURL } from "node:url";

/** A plugin whose stray errors are looked for. */
export interface StrayOwner {
  readonly name: string;
  /** Absolute folder of its code. */
  readonly folder: string | undefined;
}

export interface StrayWatch {
  /** Plugins that are there; asked when something strays. */
  owners(): readonly StrayOwner[];
  /** Told of each; `undefined` when it cannot be said whose it is. */
  stray(owner: string | undefined, error: unknown): void;
  /** Whether an error that comes from nobody's own code is survived too; only where the process is ours to keep alive. */
  readonly ownsProcess: boolean;
}

/** Keeps promises and events that plugins forgot from ending the process. On while somebody holds it: without plugins nobody listens. */
export interface StrayGuard {
  /** Takes hold, unless there is nothing to guard; returns what lets go. */
  hold(needed: boolean): () => void;
}

export function createStrayGuard(watch: StrayWatch): StrayGuard {
  let holders = 0;
  return {
    hold(needed) {
      if (!needed) return () => {};
      holders += 1;
      if (holders === 1) begin(watch);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holders -= 1;
        if (holders === 0) end(watch);
      };
    },
  };
}

/**
 * Every watch of this process. There is one process and one pair of its events: several listeners of ours would each take
 * the others for somebody who decides.
 */
const watches = new Set<StrayWatch>();

function begin(watch: StrayWatch): void {
  if (watches.size === 0) {
    process.on("unhandledRejection", onRejection);
    process.on("uncaughtException", onException);
  }
  watches.add(watch);
}

function end(watch: StrayWatch): void {
  watches.delete(watch);
  if (watches.size > 0) return;
  process.off("unhandledRejection", onRejection);
  process.off("uncaughtException", onException);
}

function onRejection(reason: unknown): void {
  decide(reason, process.listenerCount("unhandledRejection"));
}

function onException(error: unknown): void {
  decide(error, process.listenerCount("uncaughtException"));
}

/**
 * What comes from a plugin's folder is its, and survived. What comes from the application around us is none of our
 * business: others decide, or it ends the process as if nobody listened.
 */
function decide(error: unknown, listeners: number): void {
  for (const watch of watches) {
    const owner = ownerOf(error, watch.owners());
    if (owner === undefined && !(watch.ownsProcess && !hasOwnCode(error))) continue;
    watch.stray(owner, error);
    return;
  }
  if (listeners === 1) throw error;
}

/** The plugin whose code is nearest to where the error was made. */
export function ownerOf(error: unknown, owners: readonly StrayOwner[]): string | undefined {
  const stack = stackOf(error);
  const nearest = owners
    .flatMap(({ name, folder }) => (folder === undefined ? [] : [{ name, at: nearestFrame(stack, folder) }]))
    .sort((left, right) => left.at - right.at)[0];
  return nearest === undefined || nearest.at === Infinity ? undefined : nearest.name;
}

/** Frames name modules by address and what was required by path. */
function nearestFrame(stack: string, folder: string): number {
  const found = [`${pathToFileURL(folder).href}/`, `${folder}/`].map((start) => stack.indexOf(start));
  return Math.min(...found.map((index) => (index === -1 ? Infinity : index)));
}

/** Whether somebody's own code, neither Node's nor a library's, is on the stack. */
function hasOwnCode(error: unknown): boolean {
  const frames = stackOf(error)
    .split("\n")
    .filter((line) => /^\s+at .*[/\\]/.test(line));
  return frames.some((frame) => !/node:|[/\\]node_modules[/\\]/.test(frame));
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? "") : "";
}
