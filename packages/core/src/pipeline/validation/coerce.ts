import type { JsonValue } from "../../exchange.ts";
import { stepsOf } from "../../json/violation.ts";
import { isObject } from "../../json/value.ts";
import type { JsonObject } from "../../json/value.ts";

/** Turns texts into what a schema asks for, as far as they are that; anything else stays as it is, for the schema to refuse. */
export type Coerce = (value: unknown) => unknown;

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** How a value of this schema is read from text. `root` is what references beginning with `#` point into. */
export function compileCoercion(schema: JsonValue | undefined, root: JsonObject): Coerce {
  const types = new Set<string>();
  collectTypes(schema, { root, types, depth: 0 });
  const item = types.has("array") ? itemCoercion(schema, root) : undefined;
  const one = scalarCoercion(types);
  if (item === undefined) return (value) => (typeof value === "string" ? one(value) : value);
  return (value) => {
    if (Array.isArray(value)) return value.map(item);
    // A name that is there once is a list of one, unless it may also be the thing itself.
    return typeof value === "string" && types.size === 1 ? [item(value)] : value;
  };
}

function scalarCoercion(types: ReadonlySet<string>): (text: string) => unknown {
  if (types.size === 0 || types.has("string")) return (text) => text;
  const numeric = types.has("number") || types.has("integer");
  const [boolean, empty] = [types.has("boolean"), types.has("null")];
  return (text) => {
    if (numeric && number.test(text)) return Number(text);
    if (boolean && (text === "true" || text === "false")) return text === "true";
    return empty && text === "" ? null : text;
  };
}

function itemCoercion(schema: JsonValue | undefined, root: JsonObject): Coerce {
  const holder = deref(schema, root);
  return compileCoercion(isObject(holder) ? holder["items"] : undefined, root);
}

interface Collecting {
  readonly root: JsonObject;
  readonly types: Set<string>;
  readonly depth: number;
}

/** Deeper only circles go. */
const deepest = 10;

function collectTypes(schema: JsonValue | undefined, { root, types, depth }: Collecting): void {
  if (!isObject(schema) || depth > deepest) return;
  const said = saidTypes(schema);
  for (const type of said) types.add(type);
  if (said.length > 0) return;
  const inner = ["allOf", "anyOf", "oneOf"].flatMap((keyword) => schema[keyword] ?? []);
  const referred = schema["$ref"] === undefined ? [] : [deref(schema, root)];
  for (const part of [...inner, ...referred]) collectTypes(part, { root, types, depth: depth + 1 });
}

/** Types that a schema names, or those of the values it lists. */
function saidTypes(schema: JsonObject): readonly string[] {
  const { type, enum: values, const: value } = schema;
  if (type !== undefined) return [type].flat().filter((name) => typeof name === "string");
  if (values !== undefined) return [values].flat().map(typeOf);
  return value === undefined ? [] : [typeOf(value)];
}

function typeOf(value: JsonValue | undefined): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** What a schema refers to within its own document; itself when it refers to nothing there. */
function deref(schema: JsonValue | undefined, root: JsonObject, depth = 0): JsonValue | undefined {
  if (!isObject(schema) || depth > deepest) return schema;
  const reference = schema["$ref"];
  if (typeof reference !== "string" || !reference.startsWith("#")) return schema;
  const found = stepsOf(reference.slice(1)).reduce<JsonValue | undefined>(
    (at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined),
    root,
  );
  return deref(found, root, depth + 1);
}
