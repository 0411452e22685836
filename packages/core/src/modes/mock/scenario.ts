import type { Gate } from "./gate.ts";
import type { ScenarioOptions } from "./options/rule.ts";
import type { MockScope } from "./scope.ts";
import { toText } from "../../template/values.ts";

/** State a scenario begins in. */
const firstState = "started";

/** A scenario's part in a rule. Its state is the session's `state.<name>`. */
export interface Scenario {
  readonly gate: Gate | undefined;
  /** Moves on; in the same synchronous step as the match. */
  advance(scope: MockScope): void;
}

export function compileScenario({ name, is, becomes }: ScenarioOptions): Scenario {
  const wanted = is === undefined ? undefined : [is].flat().map(String);
  const current = (scope: MockScope): string => toText(scope.state.get(name) ?? firstState);
  const open = (scope: MockScope): boolean => wanted?.includes(current(scope)) ?? true;
  return {
    gate: wanted && {
      field: `scenario ${name}`,
      expected: wanted.join(" or "),
      weight: 2,
      open,
      peek: open,
      actual: current,
    },
    advance: (scope) => {
      if (becomes !== undefined) scope.state.set(name, String(becomes));
    },
  };
}
