import type { MockScope } from "../scope.ts";

/** One thing a rule asks of a request. */
export interface Check {
  /** `method`, `headers.x-plan`, `body.json.total` … */
  readonly field: string;
  /** What the rule asks for, for people. */
  readonly expected: string;
  /** Adds to the rule's specificity: 4 for an exact value, down to 0. */
  readonly weight: number;
  /** Whether the request's body must have been read. */
  readonly usesBody: boolean;
  test(scope: MockScope): boolean;
  /** What the request has there, for people. */
  actual(scope: MockScope): string;
  /** What the caller may have meant, when the check fails. */
  hint(scope: MockScope): string | undefined;
}
