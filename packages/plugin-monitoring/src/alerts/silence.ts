import type { Labels } from "../families/text.ts";

/** Alerts that nobody is told of for a time. */
export interface Silence {
  /** All of them must be the alert's. */
  readonly match: Labels;
  /** ISO 8601; always when missing. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Whether one of the silences is for these labels at this moment. */
export function isSilenced(labels: Labels, silences: readonly Silence[], at: number): boolean {
  return silences.some(({ match, from, until }) => {
    if (from !== undefined && at < Date.parse(from)) return false;
    if (until !== undefined && at >= Date.parse(until)) return false;
    return Object.entries(match).every(([name, value]) => labels[name] === value);
  });
}
