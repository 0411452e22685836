import { BackworksError } from "../../errors.ts";
import type { Violation } from "../../json/violation.ts";

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
