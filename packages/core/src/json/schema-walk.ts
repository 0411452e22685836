import type { JsonValue } from "../exchange.ts";
import { isObject } from "./value.ts";
import type { JsonObject } from "./value.ts";

type Path = readonly (string | number)[];

/** Keywords whose value is a schema, or a list of them. */
const schemas: ReadonlySet<string> = new Set([
  "additionalItems",
  "additionalProperties",
  "allOf",
  "anyOf",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "oneOf",
  "prefixItems",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

/** Keywords whose value has a schema under each name. */
const named: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependencies",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

/** Makes each schema of a schema anew, from the inside outwards; what is only data stays as it is. */
export function mapSchemas(
  schema: JsonValue,
  change: (schema: JsonObject, path: Path) => JsonObject,
  path: Path = [],
): JsonValue {
  if (Array.isArray(schema)) {
    return schema.map((item: JsonValue, index) => mapSchemas(item, change, [...path, index]));
  }
  if (!isObject(schema)) return schema;
  const mapped: Record<string, JsonValue> = {};
  for (const [key, value = null] of Object.entries(schema)) define(mapped, key, mapValue(key, value, { change, path }));
  return change(mapped, path);
}

interface Walk {
  readonly change: (schema: JsonObject, path: Path) => JsonObject;
  readonly path: Path;
}

function mapValue(key: string, value: JsonValue, { change, path }: Walk): JsonValue {
  const at = [...path, key];
  if (schemas.has(key)) return mapSchemas(value, change, at);
  if (!named.has(key) || !isObject(value)) return value;
  const mapped: Record<string, JsonValue> = {};
  for (const [name, inner = null] of Object.entries(value)) {
    define(mapped, name, mapSchemas(inner, change, [...at, name]));
  }
  return mapped;
}

/** An own member, whatever its name. */
function define(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
