import type { JsonValue } from "../../exchange.ts";
import { isObject } from "../../json/value.ts";
import type { JsonObject } from "../../json/value.ts";

/** Words of the older project and the keywords of JSON Schema they stand for. */
const keywords: ReadonlyMap<string, string> = new Map([
  ["additional_properties", "additionalProperties"],
  ["exclusive_maximum", "exclusiveMaximum"],
  ["exclusive_minimum", "exclusiveMinimum"],
  ["max", "maximum"],
  ["max_items", "maxItems"],
  ["max_length", "maxLength"],
  ["min", "minimum"],
  ["min_items", "minItems"],
  ["min_length", "minLength"],
  ["multiple_of", "multipleOf"],
  ["unique_items", "uniqueItems"],
]);

/** Types of the older project: another name, or a text with a format. */
const types: ReadonlyMap<string, JsonObject> = new Map([
  ["any", {}],
  ["bool", { type: "boolean" }],
  ["date", { type: "string", format: "date" }],
  ["datetime", { type: "string", format: "date-time" }],
  ["email", { type: "string", format: "email" }],
  ["float", { type: "number" }],
  ["int", { type: "integer" }],
  ["str", { type: "string" }],
  ["uri", { type: "string", format: "uri" }],
  ["url", { type: "string", format: "uri" }],
  ["uuid", { type: "string", format: "uuid" }],
]);

/** A rule for one field as JSON Schema; whether the field is required is for the object that has it. */
export interface FieldRule {
  readonly schema: JsonObject;
  readonly required: boolean;
}

/** Reads a rule: JSON Schema, in which `required: true`, `min_length` and `type: email` are understood, at any depth of `properties`. */
export function toFieldRule(rule: JsonObject): FieldRule {
  let schema: JsonObject = {};
  for (const [word, value = null] of Object.entries(rule)) schema = { ...schema, ...keywordOf(word, value) };
  const { properties, required } = schema;
  const inner = isObject(properties) ? toObjectSchema(properties, Array.isArray(required) ? required : []) : {};
  return { schema: { ...schema, ...inner }, required: rule["required"] === true };
}

function keywordOf(word: string, value: JsonValue): JsonObject {
  const keyword = keywords.get(word) ?? word;
  if (keyword === "required" && typeof value === "boolean") return {};
  if (keyword === "type" && typeof value === "string") return types.get(value) ?? { type: value };
  return { [keyword]: keyword === "items" && isObject(value) ? toFieldRule(value).schema : value };
}

/** An object whose fields have these rules. */
export function toObjectSchema(fields: JsonObject, required: readonly JsonValue[] = []): JsonObject {
  const properties: Record<string, JsonValue> = Object.create(null);
  const needed = new Set(required);
  for (const [name, rule = null] of Object.entries(fields)) {
    const field = isObject(rule) ? toFieldRule(rule) : { schema: rule, required: false };
    properties[name] = field.schema;
    if (field.required) needed.add(name);
  }
  return { type: "object", properties, ...(needed.size > 0 && { required: [...needed] }) };
}

/** The path of a keyword as the configuration spells it. */
export function asWritten(
  rule: JsonValue | undefined,
  path: readonly (string | number)[],
): readonly (string | number)[] {
  const [step, ...rest] = path;
  if (step === undefined || !isObject(rule)) return path;
  const word = Object.keys(rule).find((key) => key === step || keywords.get(key) === step) ?? step;
  const value = rule[String(word)];
  return [word, ...(Array.isArray(value) ? rest : asWritten(value, rest))];
}
