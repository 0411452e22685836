import type { MockScope } from "./scope.ts";

/** A condition of a rule that depends on what happened before, or on chance. Asked only when every check passed. */
export interface Gate {
  /** `scenario`, `every`, `window`, `chance`, `sequence`. */
  readonly field: string;
  readonly expected: string;
  readonly weight: number;
  /** Whether the rule answers; counts the request where that is what it goes by. */
  open(scope: MockScope): boolean;
  /** The same without changing anything; `undefined` when only a draw can tell. */
  peek(scope: MockScope): boolean | undefined;
  /** How things stand, for people. */
  actual(scope: MockScope): string;
}
