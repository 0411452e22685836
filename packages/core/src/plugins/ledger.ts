import type { Clock } from "../clock.ts";
import { isBackworksError } from "../errors.ts";
import type { BackworksError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { describeThrown, stackOf } from "../thrown.ts";

/** The last thing that went wrong in a plugin. */
export interface PluginFailure {
  /** `start`, `beforeRequest`, `timer` … */
  readonly step: string;
  readonly message: string;
  /** Clock milliseconds. */
  readonly at: number;
}

/** Counts and logs what goes wrong in one plugin. */
export interface Ledger {
  record(step: string, error: unknown): void;
  /** Counts what somebody else will tell: it refuses a configuration. */
  count(step: string, error: unknown): void;
  /** The hooks of the plugin are left out for this long. */
  quarantined(restMs: number): void;
  /** How often, by step. */
  readonly counts: Readonly<Record<string, number>>;
  readonly last: PluginFailure | undefined;
}

/** What was asked wrong, a body that is too large say, is an answer to whoever asked, and no failure of the plugin. */
export function isAnswer(error: unknown): error is BackworksError {
  return isBackworksError(error) && error.status < 500;
}

/** More lines than this within the window are only counted. */
const mostLines = 10;
const windowMs = 10_000;

/** A ledger that writes to the plugin's logger, at most ten lines in ten seconds. */
export function createLedger({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }): Ledger {
  const counts: Record<string, number> = {};
  let last: PluginFailure | undefined;
  let windowBegan = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let silent = 0;

  const mayWrite = (now: number): boolean => {
    if (now - windowBegan >= windowMs) {
      if (silent > 0) logger.warn("further plugin failures were not logged", { count: silent });
      windowBegan = now;
      lines = 0;
      silent = 0;
    }
    lines += 1;
    if (lines > mostLines) silent += 1;
    return lines <= mostLines;
  };

  const count = (step: string, error: unknown): void => {
    counts[step] = (counts[step] ?? 0) + 1;
    last = { step, message: problemOf(error), at: clock.now() };
  };

  return {
    counts,
    get last() {
      return last;
    },
    count,
    record(step, error) {
      count(step, error);
      if (mayWrite(clock.monotonic())) logger.error("plugin failed", { step, ...describe(error) });
    },
    quarantined(restMs) {
      logger.warn("plugin quarantined", { restMs: Math.round(restMs) });
    },
  };
}

/** What to tell people of anything that can be thrown. */
export function problemOf(error: unknown): string {
  try {
    if (error instanceof Error || isBackworksError(error)) {
      // Whoever made it may have put anything there.
      const text: unknown = error.message === "" ? error.name : error.message;
      return isBackworksError(error) ? String(text) : `${String(text)}${causeOf(error)}`;
    }
    return typeof error === "string" ? error : `threw ${JSON.stringify(error) ?? String(error)}`;
  } catch {
    // What was thrown cannot even be written; its kind must do.
    return `threw a value of type ${typeof error}`;
  }
}

/** `fetch failed` and the like say only with their cause what went wrong. */
function causeOf({ message, cause }: { readonly message: string; readonly cause?: unknown }): string {
  if (!(cause instanceof Error)) return "";
  const { code } = cause as { readonly code?: unknown };
  // Of several addresses that were tried Node says the code alone.
  const text = cause.message === "" && typeof code === "string" ? code : cause.message;
  return message.includes(text) ? "" : `: ${text}`;
}

/** Where in its code an error was made, `/shop/plugins/visits.js:3:7`; `undefined` when nothing tells. */
export function codePlace(error: unknown): string | undefined {
  const stack = stackOf(error) ?? "";
  // Modules have an address there, CommonJS a path. A syntax error names the file in the first line, without a column.
  const [, path] = /(?:^|[\s(])(?:file:\/\/)?(\/[^\s()]+?:\d+(?::\d+)?)(?:[\s)]|$)/.exec(stack) ?? [];
  return path?.replace(/\?v=[0-9a-f]+/, "");
}

function describe(error: unknown): Record<string, unknown> {
  const own = isBackworksError(error) ? error : undefined;
  return { code: own?.code, problem: problemOf(error), stack: describeThrown(own?.cause ?? error).stack };
}
