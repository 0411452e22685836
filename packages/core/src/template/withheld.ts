import type { ExpressionContext } from "./run.ts";
import type { Expression } from "./syntax.ts";

/** Reports every name of an expression that has no value where the expression is evaluated. */
export function refuseWithheld(node: Expression, context: ExpressionContext): void {
  const { withheld } = context.options;
  if (withheld === undefined || withheld.size === 0) return;
  visit(node, (name) => {
    if (!withheld.has(name.name) || context.locals.has(name.name)) return;
    const hint = `${name.name} is known in mock mode only`;
    const { start, end } = name;
    context.report({ code: "BW_TEMPLATE_UNKNOWN_NAME", details: { name: name.name }, start, end, hint });
  });
}

type Name = Extract<Expression, { kind: "name" }>;

function visit(part: unknown, found: (name: Name) => void): void {
  if (Array.isArray(part)) return part.forEach((item) => visit(item, found));
  if (typeof part !== "object" || part === null) return;
  if (isName(part)) return found(part);
  for (const member of Object.values(part)) visit(member, found);
}

function isName(part: object): part is Name {
  return "kind" in part && part.kind === "name";
}
