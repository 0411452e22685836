import type { Readable } from "node:stream";
import type { Logger, LogLevel } from "../../../logger.ts";

/** Characters of a line that are logged. */
const longestLine = 4096;
/** Lines a guest may log in a second; the others are counted. */
const linesPerSecond = 200;

/** Turns what a guest prints into log lines: whole ones, not too long, not too many. */
export function logOutput(stream: Readable, { logger, level, now }: OutputParts): void {
  const budget = createLineBudget(logger, now);
  let rest = "";
  let skipping = false;
  const put = (line: string): void => {
    if (!skipping && line !== "" && budget.take()) logger[level](line.slice(0, longestLine), { from: "handler" });
    skipping = false;
  };
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) put(line.replace(/\r$/, ""));
    if (rest.length <= longestLine) return;
    // A line that does not end is told once and then thrown away as it comes.
    put(rest);
    rest = "";
    skipping = true;
  });
  stream.on("error", () => {});
  stream.on("end", () => {
    put(rest);
    budget.end();
  });
}

export interface OutputParts {
  readonly logger: Logger;
  readonly level: LogLevel;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** How much may be logged. */
export interface LineBudget {
  /** Whether one more line may. */
  take(): boolean;
  end(): void;
}

/** Counts what is too much and says so once a second. */
export function createLineBudget(logger: Logger, now: () => number): LineBudget {
  let since = now();
  let taken = 0;
  let dropped = 0;
  const tell = (): void => {
    if (dropped > 0) logger.warn("handler prints more than is logged", { dropped });
    dropped = 0;
  };
  return {
    take() {
      if (now() - since >= 1000) {
        tell();
        since = now();
        taken = 0;
      }
      taken += 1;
      if (taken <= linesPerSecond) return true;
      dropped += 1;
      return false;
    },
    end: tell,
  };
}
