import type { Path } from "../mistakes.ts";
import type { Check } from "./check.ts";
import type { WhenContext } from "./when.ts";

/** `expr: ${request.body.total > 100}`, with or without the `${}`: passes when the value is true by JavaScript's rules. */
export function expressionCheck(expression: string, path: Path, context: WhenContext): Check {
  const template = context.mistakes.attempt(() => context.compileExpression(expression, path));
  return {
    field: "expr",
    expected: `${expression} to be true`,
    weight: 2,
    usesBody: template?.usesBody ?? false,
    test: (scope) => Boolean(template?.evaluate(scope)),
    actual: (scope) => JSON.stringify(template?.evaluate(scope) ?? null),
    hint: () => undefined,
  };
}
