import type { Paint } from "./paint.ts";

/** One thing a doctor looked at. */
export interface Check {
  readonly what: string;
  readonly state: "good" | "note" | "bad";
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string | undefined;
}

/** Checks as lines for people. */
export function formatChecks(checks: readonly Check[], paint: Paint): string {
  const marks = { good: paint.green("✓"), note: paint.yellow("!"), bad: paint.red("✗") };
  return checks
    .map(({ what, state, found, mend }) => {
      const line = `${marks[state]} ${paint.bold(what)}  ${found}`;
      return mend === undefined ? line : `${line}\n  ${paint.dim("mend:")} ${mend}`;
    })
    .join("\n");
}
