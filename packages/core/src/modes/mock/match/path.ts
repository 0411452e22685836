import type { JsonValue } from "../../../exchange.ts";
import { parsePathPattern } from "../../../path-pattern.ts";
import { suggest } from "../../../suggest.ts";
import type { Path } from "../mistakes.ts";
import type { Check } from "./check.ts";
import { compileTextCondition, type Condition } from "./condition.ts";
import { valueHint } from "./hint.ts";
import { operators } from "./operators.ts";
import { spell } from "./spelling.ts";
import type { WhenContext } from "./when.ts";

/**
 * `path: /users/7` or a pattern, a condition on the path, or conditions on its parameters: `path: { id: 7 }`.
 *
 * The path is the one below `server.base_path`, decoded nowhere; a slash at its end does not count.
 */
export function compilePath(value: JsonValue, path: Path, context: WhenContext): readonly Check[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [isPattern(value) ? patternCheck(value, context) : textCheck(value, path, context)];
  }
  const { parameters } = parsePathPattern(context.pattern);
  const keys = Object.keys(value);
  if (keys.some((key) => operators.has(key) && !parameters.includes(key))) return [textCheck(value, path, context)];
  return Object.entries(value).map(([name, inner]) => {
    if (!parameters.includes(name)) refuseParameter(name, [...path, name], { parameters, context });
    return parameterCheck(name, compileTextCondition(inner ?? null, [...path, name], context));
  });
}

function refuseParameter(
  name: string,
  path: Path,
  { parameters, context }: { readonly parameters: readonly string[]; readonly context: WhenContext },
): void {
  const meant = suggest(name, [...parameters, ...operators.keys()]);
  const known = parameters.length > 0 ? `its parameters are ${parameters.join(", ")}` : "it has none";
  const hint = meant === undefined ? known : `did you mean ${meant}?`;
  context.mistakes.addKey("BW_MOCK_PARAMETER_UNKNOWN", { parameter: name, pattern: context.pattern }, { path, hint });
}

function parameterCheck(name: string, condition: Condition): Check {
  const field = `path.${name}`;
  return {
    field,
    expected: condition.expected,
    weight: condition.weight,
    usesBody: false,
    test: (scope) => condition.test(scope.request.params[name]),
    actual: (scope) => spell(scope.request.params[name]),
    hint: (scope) => valueHint(field, condition, scope.request.params[name]),
  };
}

function textCheck(value: JsonValue, path: Path, context: WhenContext): Check {
  const condition = compileTextCondition(typeof value === "string" ? withoutSlash(value) : value, path, context);
  return pathCheck(condition, context.basePath);
}

function isPattern(value: JsonValue): value is string {
  return typeof value === "string" && /\{[^}]*\}|\*$/.test(value) && !value.includes("${");
}

/** `{name}` stands for one segment, `*` at the end for any rest. */
function patternCheck(pattern: string, context: WhenContext): Check {
  const wanted = withoutSlash(pattern).split("/");
  const rest = wanted.at(-1) === "*";
  const fixed = rest ? wanted.slice(0, -1) : wanted;
  const test = (actual: unknown): boolean => {
    const segments = String(actual).split("/");
    if (rest ? segments.length <= fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((segment, index) => segment.startsWith("{") || segment === segments[index]);
  };
  return pathCheck({ test, expected: pattern, weight: rest ? 1 : 2, wanted: [] }, context.basePath);
}

function pathCheck(condition: Condition, basePath: string): Check {
  return {
    field: "path",
    expected: condition.expected,
    weight: condition.weight,
    usesBody: false,
    test: (scope) => condition.test(below(basePath, scope.request.path)),
    actual: (scope) => below(basePath, scope.request.path),
    hint: (scope) => {
      const actual = below(basePath, scope.request.path);
      return basePathHint(condition, basePath, actual) ?? valueHint("path", condition, actual);
    },
  };
}

/** For a path that is written with the base path in front. */
function basePathHint({ wanted }: Condition, basePath: string, actual: string): string | undefined {
  const written = wanted.some((value) => value === `${basePath}${actual}`);
  return written ? `a rule names the path below ${basePath}: write ${actual}` : undefined;
}

function below(basePath: string, path: string): string {
  return withoutSlash(basePath !== "" && path.startsWith(basePath) ? path.slice(basePath.length) : path);
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path || "/";
}
