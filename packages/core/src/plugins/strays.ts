import { pathToFileURL } from "node:url";
import { stackOf } from "../thrown.ts";

/** A plugin whose stray errors are looked for. */
export interface StrayOwner {
  readonly name: string;
  /** Absolute path of the folder or file that its code lies in. */
  readonly code: string | undefined;
}

export interface StrayWatch {
  /** Plugins that are there; asked when something strays. */
  owners(): readonly StrayOwner[];
  /** Told of each; `undefined` when it cannot be said whose it is. */
  stray(owner: string | undefined, error: unknown): void;
  /** The project, where the process serves nothing else: then errors from its code, or from nobody's, are survived too. */
  readonly onlyProject: string | undefined;
}

/** Keeps promises and events that plugins forgot from ending the process, from `begin` to `end`; each may be called twice. */
export interface StrayGuard {
  begin(): void;
  end(): void;
}

export function createStrayGuard(watch: StrayWatch): StrayGuard {
  return { begin: () => begin(watch), end: () => end(watch) };
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
  if (!watches.delete(watch) || watches.size > 0) return;
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
    if (owner === undefined && (watch.onlyProject === undefined || hasForeignCode(error, watch.onlyProject))) continue;
    watch.stray(owner, error);
    return;
  }
  if (listeners === 1) throw error;
}

/** The plugin whose code is nearest to where the error was made. */
export function ownerOf(error: unknown, owners: readonly StrayOwner[]): string | undefined {
  const stack = stackOf(error) ?? "";
  const nearest = owners
    .flatMap(({ name, code }) => (code === undefined ? [] : [{ name, at: nearestFrame(stack, code) }]))
    .sort((left, right) => left.at - right.at)[0];
  return nearest === undefined || nearest.at === Infinity ? undefined : nearest.name;
}

/** Frames name modules by address and what was required by path. */
function nearestFrame(stack: string, code: string): number {
  const starts = [pathToFileURL(code).href, code].flatMap((path) => [`${path}/`, `${path}:`, `${path}?`]);
  const found = starts.map((start) => stack.indexOf(start));
  return Math.min(...found.map((index) => (index === -1 ? Infinity : index)));
}

/** Whether code is on the stack that is neither Node's, nor a library's, nor the project's. */
function hasForeignCode(error: unknown, project: string): boolean {
  const frames = (stackOf(error) ?? "").split("\n").filter((line) => /^\s+at .*[/\\]/.test(line));
  return frames.some(
    (frame) => !/node:|[/\\]node_modules[/\\]/.test(frame) && nearestFrame(frame, project) === Infinity,
  );
}
