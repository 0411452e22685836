import { problemOf } from "./ledger.ts";

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

/** A watch that is on while somebody holds it, so that without plugins nobody listens. */
export interface StrayGuard {
  /** Takes hold, unless there is nothing to guard; returns what lets go. */
  hold(needed: boolean): () => void;
}

export function createStrayGuard(watch: StrayWatch): StrayGuard {
  let holders = 0;
  let end = (): void => {};
  return {
    hold(needed) {
      if (!needed) return () => {};
      holders += 1;
      if (holders === 1) end = watchStrays(watch);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holders -= 1;
        if (holders === 0) end();
      };
    },
  };
}

/**
 * Keeps promises and events that plugins forgot from ending the process.
 *
 * What comes from a plugin's folder is its. What comes from the application that embeds us is none of our business and is
 * thrown again. Returns the function that ends the watch.
 */
function watchStrays(watch: StrayWatch): () => void {
  const onError = (error: unknown, others: number): void => {
    const owner = ownerOf(error, watch.owners());
    if (owner !== undefined || (watch.ownsProcess && !hasOwnCode(error))) {
      watch.stray(owner, error);
      return;
    }
    // Somebody else listens: let them decide. Otherwise Node's own behaviour, which our listening switched off.
    if (others === 0) throw error;
  };
  const onRejection = (reason: unknown): void => onError(reason, process.listenerCount("unhandledRejection") - 1);
  const onException = (error: unknown): void => onError(error, process.listenerCount("uncaughtException") - 1);
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onException);
  return () => {
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtException", onException);
  };
}

/** The plugin nearest to where the error was made. */
export function ownerOf(error: unknown, owners: readonly StrayOwner[]): string | undefined {
  for (const file of filesOf(error)) {
    const owner = owners.find(({ folder }) => folder !== undefined && file.startsWith(`${folder}/`));
    if (owner !== undefined) return owner.name;
  }
  return undefined;
}

/** Whether somebody's own code, neither Node's nor a library's, is on the stack. */
function hasOwnCode(error: unknown): boolean {
  return filesOf(error).some((file) => !file.includes("/node_modules/"));
}

/** Absolute paths on the stack, nearest first; Node's own modules are left out. */
function filesOf(error: unknown): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? "") : problemOf(error);
  return [...stack.matchAll(/(?:file:\/\/)?(\/[^\s()]+?)(?:\?[^\s():]*)?:\d+:\d+/g)].map((match) =>
    decodePath(match[1] ?? ""),
  );
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A path with a bare percent sign is not an address; it is the path itself.
    return path;
  }
}
