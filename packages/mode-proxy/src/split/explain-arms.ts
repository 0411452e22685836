import type { BackworksRequest, Exchange, Explanation, Place, RuleExplanation } from "@backworks/core";
import type { MatchOptions, SplitOptions } from "../options/parts.ts";
import { weightOf } from "../options/parts.ts";
import { fieldsOf, fitsField } from "./match-fields.ts";

/** Where the ways stand, and whether a request has a key of its own. */
export interface ArmPlaces {
  placeOf(index: number): Place;
  keyOf: ((exchange: Exchange) => string) | undefined;
  /** Asked only when there is nothing to draw. */
  choose(exchange: Exchange): number;
}

/** Says which way a request goes; of one that is drawn, between which. */
export function explainArms(
  arms: SplitOptions,
  { placeOf, keyOf, choose }: ArmPlaces,
): (exchange: Exchange) => Explanation {
  const weights = arms.map(weightOf);
  const isDrawn = weights.filter((weight) => weight > 0).length > 1;
  return (exchange) => {
    const checks = arms.map(({ match }) => (match === undefined ? undefined : checksOf(match, exchange.request)));
    const fitting = checks.findIndex((one) => one?.every(({ passed }) => passed));
    const isCertain = !isDrawn || (keyOf?.(exchange) ?? "") !== "";
    const chosen = fitting >= 0 || !isCertain ? fitting : choose(exchange);
    const rules: RuleExplanation[] = arms.map((_, index) => ({
      rule: `split[${index}]`,
      place: placeOf(index),
      chosen: index === chosen,
      checks: checks[index] ?? [],
    }));
    if (chosen >= 0) return { rules, hints: [] };
    const draw = { rule: `drawn by weight: ${weights.join(", ")}`, place: undefined, chosen: true, checks: [] };
    return { rules: [...rules, draw], hints: [] };
  };
}

function checksOf(match: MatchOptions, request: BackworksRequest): RuleExplanation["checks"] {
  return fieldsOf(match).map((field) => {
    const found = field.read(request);
    return {
      field: field.label,
      expected: typeof field.expected === "boolean" ? (field.expected ? "any value" : "nothing") : field.expected,
      actual: found === undefined ? "nothing" : [found].flat().join(", "),
      passed: fitsField(field, request),
    };
  });
}
