import type { Exchange } from "../../exchange.ts";
import type { EndpointSource, Explanation, RouteDraft, RuleExplanation } from "../../mode.ts";
import type { Fallback } from "./plan.ts";
import type { Way, WayOut } from "./ways.ts";

/** Says which branch answers and why, what would answer in its place, and how the branch explains itself. */
export function toExplain(
  endpoint: EndpointSource,
  ways: readonly Way[],
  waysOut: readonly { readonly way: WayOut; readonly fallback: Fallback }[],
): NonNullable<RouteDraft["explain"]> {
  return async (exchange) => {
    const chosen = ways.find(({ condition }) => condition === undefined || condition.test(exchange));
    const inner: Explanation = (await chosen?.explain?.(exchange)) ?? { rules: [], hints: [] };
    return {
      rules: [
        ...ways.map((way) => ruleOf(way, exchange, { endpoint, chosen: way === chosen })),
        ...waysOut.map(({ fallback }) => ({
          rule: `${fallback.label} (${fallback.use}) on ${fallback.on.join(", ")}`,
          place: endpoint.place(fallback.path),
          chosen: false,
          checks: [],
        })),
        ...inner.rules,
      ],
      nearest: inner.nearest,
      hints: inner.hints,
    };
  };
}

function ruleOf(
  { branch, condition }: Way,
  exchange: Exchange,
  { endpoint, chosen }: { readonly endpoint: EndpointSource; readonly chosen: boolean },
): RuleExplanation {
  const checks =
    condition === undefined
      ? []
      : [
          {
            field: "when",
            expected: `${condition.text} to be true`,
            actual: condition.show(exchange),
            passed: condition.test(exchange),
          },
        ];
  return { rule: `${branch.label} (${branch.use})`, place: endpoint.place(branch.path), chosen, checks };
}
