import { suggest } from "../suggest.ts";

/** One thing that does not fit a schema. */
export interface Violation {
  /** JSON pointer to it, RFC 6901: `/price`; empty for the value itself. */
  readonly pointer: string;
  /** `must be number`; never the value. */
  readonly detail: string;
  /** The keyword of the schema that asks for it. */
  readonly keyword?: string;
}

/** A step of a JSON pointer (RFC 6901, 3). */
export function pointerTo(...steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The steps of a JSON pointer. */
export function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** `did you mean price?`, when one of the names is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = suggest(word, known);
  return near === undefined ? "" : `, did you mean ${near}?`;
}
