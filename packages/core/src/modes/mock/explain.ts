import type { Explanation, RuleExplanation } from "../../mode.ts";
import type { Check } from "./match/check.ts";
import { absent } from "./match/spelling.ts";
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
  readonly distance: number;
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
  const explanation = { rule: rule.name, place: rule.place, chosen: false, checks: all };
  const wrong = rule.checks.filter((_, index) => checks[index]?.passed === false);
  // A gate that is shut is not the request's mistake.
  const shut = (failed - wrong.length) / 2;
  const apart = wrong.reduce((sum, check) => sum + distanceOf(check, scope), shut);
  const held = rule.checks.reduce((sum, check, index) => sum + (checks[index]?.passed === true ? check.weight : 0), 0);
  // A hundredth for each condition that holds, whatever its weight, decides between equals.
  return { rule, explanation, fits, distance: apart - held * evidence - (all.length - failed) / 100 };
}

/** How much nearer a condition that holds brings a rule, for each point of its weight; an exact value weighs 4. */
const evidence = 0.05;

/** The rule the caller most likely meant. */
function nearestOf(outcomes: readonly Outcome[]): Outcome | undefined {
  let best: Outcome | undefined;
  for (const outcome of outcomes) if (best === undefined || outcome.distance < best.distance) best = outcome;
  return best;
}

/**
 * How far a failing condition is from holding.
 *
 * What is sent and wrong was probably meant for this rule, what is not sent at all rather not; and who asks with GET rarely means a rule for DELETE.
 */
function distanceOf(check: Check, scope: MockScope): number {
  if (check.field === "method") return 1.5;
  const isAbsent = check.actual(scope) === absent;
  const isNear = check.hint(scope) !== undefined && !(isAbsent && check.usesBody);
  return isNear ? 0.8 : isAbsent ? 1.3 : 1;
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
