import type { JsonValue } from "../../../exchange.ts";
import { suggest } from "../../../suggest.ts";
import type { Path } from "../mistakes.ts";
import type { Check } from "./check.ts";
import { compileTextCondition } from "./condition.ts";
import type { WhenContext } from "./when.ts";

/** `method: GET`, `method: [GET, PUT]` or an operator. What is said of GET holds for HEAD too. */
export function compileMethod(value: JsonValue, path: Path, context: WhenContext): Check {
  refuseUnknown(value, path, context);
  const condition = compileTextCondition(
    inUpperCase(Array.isArray(value) ? { in: value } : value) as JsonValue,
    path,
    context,
  );
  const test = (method: string): boolean => condition.test(method) || (method === "HEAD" && condition.test("GET"));
  return {
    field: "method",
    expected: condition.expected,
    weight: 1,
    usesBody: false,
    test: (scope) => test(scope.request.method),
    actual: (scope) => scope.request.method,
    hint: (scope) => `this rule answers ${condition.expected}, the request is ${scope.request.method}`,
  };
}

const known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** A method that is never sent would leave the rule without a request. */
function refuseUnknown(value: JsonValue | undefined, path: Path, context: WhenContext): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseUnknown(item, [...path, index], context);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value))
      if (["equals", "in", "not", "not_in"].includes(key)) refuseUnknown(inner, [...path, key], context);
  } else if (typeof value === "string" && !known.includes(value.toUpperCase())) {
    const near = suggest(value, known);
    const hint = near === undefined ? undefined : `did you mean ${near}?`;
    const details = { path: "when.method", problem: `must be one of ${known.join(", ")}, found ${value}` };
    context.mistakes.add("BW_CONFIG_WRONG_VALUE", details, { path, hint });
  }
}

/** Methods that a `method:` names, upper case; empty when it is a condition that names none. */
export function namedMethods(value: unknown): readonly string[] {
  const upper = inUpperCase(value);
  if (typeof upper === "string") return [upper];
  if (Array.isArray(upper)) return upper.filter((item) => typeof item === "string");
  if (typeof upper !== "object" || upper === null) return [];
  const { equals, in: list } = upper as { readonly equals?: unknown; readonly in?: unknown };
  return [...namedMethods(equals), ...namedMethods(list)];
}

function inUpperCase(value: unknown): unknown {
  if (typeof value === "string") return value.toUpperCase();
  if (Array.isArray(value)) return value.map((item: unknown) => inUpperCase(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inUpperCase(inner)]));
}
