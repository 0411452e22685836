import type { Gate } from "./gate.ts";
import type { MockScope } from "./scope.ts";

/** What comes after the last step. */
export type SequenceEnd = "cycle" | "repeat_last" | "next_rule";

/** A place in a list of steps, for each session its own. */
export interface Sequence {
  /** Closed after the last step of a sequence that leaves the rest to the next rule. */
  readonly gate: Gate | undefined;
  /** Index of the step to give; the next call gives the next. */
  next(scope: MockScope): number;
}

export function createSequence(length: number, end: SequenceEnd, counter: string): Sequence {
  const open = (scope: MockScope): boolean => scope.part.counted(counter) < length;
  return {
    gate:
      end === "next_rule"
        ? {
            field: "sequence",
            expected: `one of ${length} responses left`,
            weight: 0,
            open,
            peek: open,
            actual: (scope) => `${Math.min(scope.part.counted(counter), length)} given`,
          }
        : undefined,
    next: (scope) => {
      const index = scope.part.count(counter) - 1;
      return end === "cycle" ? index % length : Math.min(index, length - 1);
    },
  };
}
