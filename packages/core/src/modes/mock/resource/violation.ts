import { BackworksError } from "../../../errors.ts";
import { suggest } from "../../../suggest.ts";

/** One thing that is wrong with a row. */
export interface Violation {
  /** JSON pointer below the row, RFC 6901: `/price`; empty for the row itself. */
  readonly pointer: string;
  /** `must be number` */
  readonly detail: string;
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

/** Violations a client is told at most. */
const most = 50;

/** The 422 of a request whose row or rows do not fit; `errors` as in RFC 9457, 3. */
export function invalidRow(resource: string, violations: readonly Violation[]): BackworksError {
  const [first] = violations;
  const problem = first === undefined ? "does not fit" : `${first.pointer} ${first.detail}`.trim();
  const more = violations.length > 1 ? ` and ${violations.length - 1} more` : "";
  return new BackworksError(
    "BW_RESOURCE_INVALID",
    { resource, problem: problem + more },
    {
      members: { errors: violations.slice(0, most).map(({ pointer, detail }) => ({ pointer: `#${pointer}`, detail })) },
    },
  );
}

/** `did you mean price?`, when one of the names is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = suggest(word, known);
  return near === undefined ? "" : `, did you mean ${near}?`;
}
