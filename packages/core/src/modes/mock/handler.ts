import type { Exchange, Handler } from "../../exchange.ts";
import type { Explanation, RouteDraft } from "../../mode.ts";
import { explainRules } from "./explain.ts";
import { inOrder, isFor, type Rule } from "./rule.ts";
import { MockScope, type MockWorld, type RouteFacts } from "./scope.ts";
import { refusePlainly, refuseWithReport } from "./unmatched.ts";

/** One path of an endpoint with every rule that may answer there. */
export interface RoutePlan {
  readonly path: string;
  readonly methods: readonly string[];
  /** In the order they are tried. */
  readonly rules: readonly Rule[];
}

interface PlanContext {
  readonly world: MockWorld;
  readonly facts: RouteFacts;
  readonly explainsMisses: boolean;
  /** Whether rules look at what came before. */
  readonly keepsState: boolean;
}

/** Routes of a plan, one for each method: a request meets only the rules of its own. */
export function toRoutes({ path, methods, rules }: RoutePlan, context: PlanContext): readonly RouteDraft[] {
  const explain = (exchange: Exchange): Explanation =>
    explainRules(rules, new MockScope(context.world, { ...context.facts, peek: true }, exchange));
  return methods.map((method) => {
    const own = rules.filter((rule) => isFor(rule, method));
    const facts = { ...context.facts, counter: `${method} ${path}` };
    const usesBody = own.some((rule) => rule.usesBody) || (facts.data?.usesBody ?? false);
    // A report says what the body has, also of rules for other methods.
    const reportsBody = context.explainsMisses && own.length === 0 && rules.some((rule) => rule.usesBody);
    return {
      methods: [method],
      path,
      handler: toHandler(own, { ...context, facts, explain }),
      needs: { requestBody: usesBody || reportsBody, onePlace: context.keepsState && !isConstant(own) },
      explain,
    };
  });
}

function isConstant([first]: readonly Rule[]): boolean {
  return first !== undefined && isUnconditional(first) && first.constant !== undefined;
}

interface HandlerContext extends PlanContext {
  explain(exchange: Exchange): Explanation;
}

function toHandler(rules: readonly Rule[], { world, facts, explainsMisses, explain }: HandlerContext): Handler {
  const [first] = rules;
  if (first !== undefined && isUnconditional(first)) {
    const { constant } = first;
    // The plainest mock there is: one closure that returns one shared response.
    if (constant !== undefined) return () => constant;
    return (exchange) => first.answer(new MockScope(world, facts, exchange));
  }
  const candidates = rules.map(withoutMethod);
  return (exchange) => {
    const scope = new MockScope(world, facts, exchange);
    for (const rule of candidates) if (takes(rule, scope)) return rule.answer(scope);
    return explainsMisses ? refuseWithReport(exchange, explain(exchange)) : refusePlainly(exchange);
  };
}

/** Whether a rule answers. Gates count and draw, so they are asked last, in order, and only while all before passed. */
function takes({ checks, gates }: Rule, scope: MockScope): boolean {
  for (const check of checks) if (!check.test(scope)) return false;
  for (const gate of gates) if (!gate.open(scope)) return false;
  return true;
}

function isUnconditional({ checks, gates }: Rule): boolean {
  return gates.length === 0 && checks.every(({ field }) => field === "method");
}

/** The route is of one method already. Only asked of rules that are for it. */
function withoutMethod(rule: Rule): Rule {
  return rule.methods === undefined ? rule : { ...rule, checks: rule.checks.filter(({ field }) => field !== "method") };
}

/** Rules of a path: those with conditions by rank, then the other forms as they come. */
export function ranked(rules: readonly Rule[], forms: readonly Rule[]): readonly Rule[] {
  return [...inOrder(rules), ...forms];
}
