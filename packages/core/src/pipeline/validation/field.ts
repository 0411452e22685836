import type { JsonValue } from "../../exchange.ts";
import { isObject } from "../../json/value.ts";
import type { JsonObject } from "../../json/value.ts";
import { compileCoercion } from "./coerce.ts";
import type { Coerce } from "./coerce.ts";
import type { Part } from "./sources.ts";

/** How the fields of a part are read. */
export interface Fields {
  readonly names: readonly string[];
  /** A copy without prototype in which texts are what the schema asks for, and fields that are missing have their default. */
  read(fields: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** What a client would have written to say the same as the defaults. */
  readonly defaults: ReadonlyMap<string, string | readonly string[]>;
}

interface Field {
  readonly name: string;
  readonly coerce: Coerce;
  readonly preset: JsonValue | undefined;
}

export function compileFields(schema: JsonObject, part: Part): Fields {
  const fields = [...propertiesOf(schema)].map(([name, inner]): Field => {
    const coerce = compileCoercion(inner, schema);
    const preset = isObject(inner) ? inner["default"] : undefined;
    return { name, preset, coerce: part === "headers" ? ofHeader(coerce) : coerce };
  });
  return {
    names: fields.map(({ name }) => name),
    defaults: new Map(fields.flatMap(({ name, preset }) => (preset === undefined ? [] : [[name, toText(preset)]]))),
    read(given) {
      const values: Record<string, unknown> = Object.assign(Object.create(null), given);
      for (const { name, coerce, preset } of fields) {
        const value = values[name];
        if (value !== undefined) values[name] = coerce(value);
        else if (preset !== undefined) values[name] = preset;
      }
      return values;
    },
  };
}

/** Properties of an object schema, of those it is made of, too. */
function propertiesOf(schema: JsonObject): ReadonlyMap<string, JsonValue> {
  const found = new Map<string, JsonValue>();
  const { properties, allOf } = schema;
  for (const inner of Array.isArray(allOf) ? allOf : []) {
    if (isObject(inner)) for (const [name, property] of propertiesOf(inner)) found.set(name, property);
  }
  if (isObject(properties)) for (const [name, property = null] of Object.entries(properties)) found.set(name, property);
  return found;
}

/** A list in a header field is written with commas (RFC 9110, 5.6.1). */
function ofHeader(coerce: Coerce): Coerce {
  const isList = Array.isArray(coerce("x"));
  if (!isList) return coerce;
  return (value) => (typeof value === "string" ? coerce(value.split(",").map((item) => item.trim())) : coerce(value));
}

function toText(value: JsonValue): string | readonly string[] {
  if (Array.isArray(value))
    return value.map((item: JsonValue) => (typeof item === "string" ? item : JSON.stringify(item)));
  return typeof value === "string" ? value : JSON.stringify(value);
}
