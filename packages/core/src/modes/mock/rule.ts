import type { Place } from "../../errors.ts";
import type { BackworksResponse, MaybePromise, ResponseInit } from "../../exchange.ts";
import type { Gate } from "./gate.ts";
import type { Check } from "./match/check.ts";
import type { MockScope } from "./scope.ts";

/** What every form of the configuration is lowered to. */
export interface Rule {
  /** `rules[2]`, `mock_responses.GET`, `resource`, `data`, `body`. */
  readonly name: string;
  readonly place: Place | undefined;
  /** Higher numbers are tried first. */
  readonly priority: number;
  /** Methods it is for, when its conditions name them; GET is for HEAD too. */
  readonly methods: readonly string[] | undefined;
  readonly checks: readonly Check[];
  readonly gates: readonly Gate[];
  /** Whether checks or answer read the request's body. */
  readonly usesBody: boolean;
  /** The answer when it is always the same, has no gate and leaves at once. */
  readonly constant: BackworksResponse | undefined;
  /** Answers. Changes of state happen here, before anything waits. */
  answer(scope: MockScope): MaybePromise<ResponseInit>;
}

/** Number and kind of the conditions: an exact value counts 4, looser ones less. */
function specificity(rule: Rule): number {
  let sum = 0;
  for (const check of rule.checks) sum += check.weight;
  for (const gate of rule.gates) sum += gate.weight;
  return sum;
}

/** By priority, then specificity, then order in the file. */
export function inOrder(rules: readonly Rule[]): readonly Rule[] {
  const ranked = rules.map((rule, index) => ({ rule, index, points: specificity(rule) }));
  ranked.sort(
    (left, right) => right.rule.priority - left.rule.priority || right.points - left.points || left.index - right.index,
  );
  return ranked.map(({ rule }) => rule);
}

/** Whether the conditions of a rule allow a method at all. */
export function isFor({ methods }: Rule, method: string): boolean {
  return methods === undefined || methods.includes(method) || (method === "HEAD" && methods.includes("GET"));
}
