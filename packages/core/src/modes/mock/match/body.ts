import type { SchemaProblem } from "../../../json/schema-problem.ts";
import type { Violation } from "../../../json/violation.ts";
import type { JsonValue } from "../../../exchange.ts";
import { suggest } from "../../../suggest.ts";
import { identical } from "../../../template/values.ts";
import type { Path } from "../mistakes.ts";
import type { MockScope } from "../scope.ts";
import type { Check } from "./check.ts";
import { compileJsonCondition, compileTextCondition, isJsonOperation } from "./condition.ts";
import { valueHint } from "./hint.ts";
import { operators } from "./operators.ts";
import { absent, spell } from "./spelling.ts";
import type { WhenContext } from "./when.ts";

type Compile = (value: JsonValue, path: Path, context: WhenContext) => readonly Check[];

/** The ways to look at a body; several may be given together. */
const kinds: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ["json", (value, path, context) => subsetChecks(value, [...path], { context, keys: [] })],
  ["json_exact", exactChecks],
  ["jsonpath", jsonPathChecks],
  ["schema", schemaChecks],
  ["text", textChecks],
]);

/** `body:` of a `when:`; a text or an operator directly below it is about the text of the body. */
export function compileBody(value: JsonValue, path: Path, context: WhenContext): readonly Check[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return textChecks(value, path, context);
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => operators.has(key))) return textChecks(value, path, context);
  return Object.entries(value).flatMap(([kind, inner]) => {
    const compile = kinds.get(kind);
    if (compile !== undefined) return compile(inner ?? null, [...path, kind], context);
    const meant = suggest(kind, [...kinds.keys(), ...operators.keys()]);
    const hint = meant === undefined ? "fields of a JSON body stand below `json:`" : `did you mean ${meant}?`;
    context.mistakes.addKey(
      "BW_MOCK_BODY_KIND",
      { kind, known: [...kinds.keys()].join(" ") },
      { path: [...path, kind], hint },
    );
    return [];
  });
}

/** One check for each leaf, so that a report names the field that differs. */
function subsetChecks(
  value: JsonValue,
  path: Path,
  { context, keys }: { readonly context: WhenContext; readonly keys: readonly string[] },
): readonly Check[] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length > 0 && !isJsonOperation(value)) {
      return entries.flatMap(([key, inner]) =>
        subsetChecks(inner ?? null, [...path, key], { context, keys: [...keys, key] }),
      );
    }
  }
  const condition = compileJsonCondition(value, path, context);
  const field = ["body.json", ...keys].join(".");
  return [
    jsonCheck({
      field,
      expected: condition.expected,
      weight: condition.weight,
      test: (body) => condition.test(valueAt(body, keys)),
      actual: (body) => spell(valueAt(body, keys)),
      hint: (body) => valueHint(field, condition, valueAt(body, keys)),
    }),
  ];
}

function exactChecks(value: JsonValue): readonly Check[] {
  return [
    jsonCheck({
      field: "body.json_exact",
      expected: spell(value),
      weight: 5,
      test: (body) => body !== undefined && identical(body, value),
      actual: spell,
    }),
  ];
}

/** A query that must select something, a list of them, or a map from query to condition. */
function jsonPathChecks(value: JsonValue, path: Path, context: WhenContext): readonly Check[] {
  if (Array.isArray(value))
    return value.flatMap((item: JsonValue, index) => jsonPathChecks(item, [...path, index], context));
  const entries =
    typeof value === "object" && value !== null ? Object.entries(value) : [[String(value), { exists: true }] as const];
  return entries.flatMap(([source, wanted]) => {
    try {
      const select = context.engines.jsonPath?.(source) ?? (() => []);
      const condition = compileJsonCondition(wanted ?? null, [...path, source], context);
      const values = (body: JsonValue | undefined): readonly unknown[] => (body === undefined ? [] : select(body));
      return [
        jsonCheck({
          field: `body.jsonpath ${source}`,
          expected: condition.expected,
          weight: condition.weight,
          test: (body) => passesAny(values(body), condition.test),
          actual: (body) => values(body).map(spell).join(", ") || "nothing",
          hint: (body) => valueHint(`body.jsonpath ${source}`, condition, values(body)[0]),
        }),
      ];
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      context.mistakes.add("BW_MOCK_JSONPATH_INVALID", { query: source, problem }, { path });
      return [];
    }
  });
}

/** One selected value suffices; nothing selected is like a value that is absent. */
function passesAny(values: readonly unknown[], test: (value: unknown) => boolean): boolean {
  return values.length === 0 ? test(undefined) : values.some(test);
}

function schemaChecks(value: JsonValue, path: Path, context: WhenContext): readonly Check[] {
  const schema = context.mistakes.attempt(() => context.readSchema(value, path));
  if (schema === undefined) return [];
  const check = context.engines.jsonSchema?.(schema) ?? (() => []);
  if (typeof check !== "function") {
    refuseSchema(check, { path, inFile: schema !== value }, context);
    return [];
  }
  return [
    jsonCheck({
      field: "body.schema",
      expected: typeof value === "string" ? `to fit ${value}` : "to fit the schema",
      weight: 2,
      test: (body) => body !== undefined && check(body).length === 0,
      actual: (body) => (body === undefined ? "nothing" : firstOf(check(body))),
    }),
  ];
}

/** The places inside a file are not known here. */
function refuseSchema(
  { path: inner, problem, ofKey }: SchemaProblem,
  { path, inFile }: { readonly path: Path; readonly inFile: boolean },
  { mistakes }: WhenContext,
): void {
  const details = { problem: inner.length === 0 ? problem : `${inner.join(".")} ${problem}` };
  if (inFile) mistakes.add("BW_MOCK_SCHEMA_INVALID", details, { path });
  else if (ofKey === true) mistakes.addKey("BW_MOCK_SCHEMA_INVALID", details, { path: [...path, ...inner] });
  else mistakes.add("BW_MOCK_SCHEMA_INVALID", details, { path: [...path, ...inner] });
}

function firstOf([violation]: readonly Violation[]): string {
  return violation === undefined ? "fits" : `${violation.pointer || "the body"} ${violation.detail}`;
}

function textChecks(value: JsonValue, path: Path, context: WhenContext): readonly Check[] {
  const condition = compileTextCondition(value, path, context);
  const text = (scope: MockScope): string | undefined => scope.request.received?.text || undefined;
  return [
    {
      field: "body.text",
      expected: condition.expected,
      weight: condition.weight,
      usesBody: true,
      test: (scope) => condition.test(text(scope)),
      actual: (scope) => spell(text(scope)),
      hint: (scope) => valueHint("body.text", condition, text(scope)),
    },
  ];
}

interface JsonCheck {
  readonly field: string;
  readonly expected: string;
  readonly weight: number;
  test(body: JsonValue | undefined): boolean;
  actual(body: JsonValue | undefined): string;
  hint?(body: JsonValue | undefined): string | undefined;
}

function jsonCheck({ field, expected, weight, test, actual, hint }: JsonCheck): Check {
  return {
    field,
    expected,
    weight,
    usesBody: true,
    test: (scope) => test(scope.json.value),
    actual: (scope) => (scope.json.isEmpty ? absent : (scope.json.problem ?? actual(scope.json.value))),
    hint: (scope) => (scope.json.problem === undefined ? hint?.(scope.json.value) : scope.json.problem),
  };
}

function valueAt(body: JsonValue | undefined, keys: readonly string[]): unknown {
  let value: unknown = body;
  for (const key of keys) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    // An object, checked above.
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
