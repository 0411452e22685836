import { BackworksError } from "../../errors.ts";
import type { Violation } from "../../json/violation.ts";
import type { LiveRequest } from "../request.ts";
import type { Part } from "./sources.ts";

/** What is wrong with a part of a request. */
export interface Found extends Violation {
  readonly part: Part;
}

/** Finds what is wrong with one part of a request. */
export type Step = (request: LiveRequest, found: Found[]) => void;

export function addViolations(found: Found[], part: Part, violations: readonly Violation[]): void {
  for (const violation of violations) found.push({ ...violation, part });
}

/** Violations a client is told at most. */
const most = 10;

/** Names are the client's own, and may be as long as it likes. */
const longestPointer = 200;

/** The 400 of a request that does not fit; values of the request are in no part of it. */
export function refuse(found: readonly Found[]): BackworksError {
  const violations = found.slice(0, most).map(({ part, pointer, keyword = "", detail }) => ({
    in: part,
    pointer: shorten(pointer),
    keyword,
    message: detail,
  }));
  const [first] = violations;
  const others = found.length - 1;
  const rest = others > 0 ? ` and ${others} more` : "";
  const problem = first === undefined ? "" : `${`${first.in} ${first.pointer}`.trim()} ${first.message}${rest}`;
  const more = found.length - violations.length;
  return new BackworksError("BW_REQUEST_INVALID", { problem }, { members: { violations, ...(more > 0 && { more }) } });
}

function shorten(pointer: string): string {
  return pointer.length > longestPointer ? `${pointer.slice(0, longestPointer - 1)}…` : pointer;
}
