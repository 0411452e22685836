import type { Explanation, RuleExplanation } from "../../mode.ts";
import type { Rule } from "./rule.ts";
import type { MockScope } from "./scope.ts";

/** Says which rule answers a request and why the others do not. Changes nothing; `scope` must only peek. */
export function explainRules(rules: readonly Rule[], scope: MockScope): Explanation {
  const outcomes = rules.map((rule) => outcomeOf(rule, scope));
  const chosen = outcomes.findIndex(({ fits }) => fits === true);
  const nearest = chosen >= 0 ? undefined : nearestOf(outcomes);
  return {
    rules: outcomes.map(({ explanation }, index) => ({ ...explanation, chosen: index === chosen })),
    nearest: nearest?.explanation.rule,
    hints: nearest === undefined ? [] : hintsOf(nearest, scope),
  };
}

interface Outcome {
  readonly rule: Rule;
  readonly explanation: RuleExplanation;
  /** `undefined` when only a draw can tell. */
  readonly fits: boolean | undefined;
  readonly failed: number;
}

function outcomeOf(rule: Rule, scope: MockScope): Outcome {
  const checks = rule.checks.map((check) => ({
    field: check.field,
    expected: check.expected,
    actual: check.actual(scope),
    passed: check.test(scope),
  }));
  const peeks = rule.gates.map((gate) => gate.peek(scope));
  const gates = rule.gates.map((gate, index) => ({
    field: gate.field,
    expected: gate.expected,
    actual: gate.actual(scope),
    passed: peeks[index] ?? true,
  }));
  const all = [...checks, ...gates];
  const failed = all.filter(({ passed }) => !passed).length;
  const fits = failed > 0 ? false : peeks.includes(undefined) ? undefined : true;
  return { rule, explanation: { rule: rule.name, place: rule.place, chosen: false, checks: all }, fits, failed };
}

/**
 * The rule the caller most likely meant: the largest share of its conditions holds.
 *
 * Another method weighs double: who asks with GET rarely means a rule for DELETE.
 */
function nearestOf(outcomes: readonly Outcome[]): Outcome | undefined {
  let best: Outcome | undefined;
  let bestDistance = Infinity;
  for (const outcome of outcomes) {
    const distance = distanceOf(outcome);
    if (distance >= bestDistance) continue;
    best = outcome;
    bestDistance = distance;
  }
  return best;
}

function distanceOf({ explanation, failed }: Outcome): number {
  const wrongMethod = explanation.checks.some(({ field, passed }) => field === "method" && !passed);
  const total = Math.max(1, explanation.checks.length);
  return failed + (wrongMethod ? 0.5 : 0) + failed / total / 10 - total / 1000;
}

function hintsOf({ rule, explanation }: Outcome, scope: MockScope): readonly string[] {
  const failed = explanation.checks.filter(({ passed }) => !passed);
  const first = failed[0];
  const summary =
    first === undefined
      ? `${rule.name} comes closest, and answers only some of the requests it fits`
      : `${rule.name} comes closest: it fails at ${failed.map(({ field }) => field).join(", ")}`;
  const hints = rule.checks.filter((check) => !check.test(scope)).map((check) => check.hint(scope));
  return [summary, ...new Set(hints.filter((hint) => hint !== undefined))];
}
