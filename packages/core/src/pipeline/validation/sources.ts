import type { JsonValue } from "../../exchange.ts";
import { isObject } from "../../json/value.ts";
import type { JsonObject } from "../../json/value.ts";
import type { ValidatedEndpoint } from "../../model/validation.ts";
import { asWritten, toFieldRule, toObjectSchema } from "./rule.ts";

type Path = readonly (string | number)[];

/** Parts of a request that are checked, in the order in which they are reported. */
export const parts = ["path", "query", "headers", "cookies", "body"] as const;
export type Part = (typeof parts)[number];

/** A schema for a part of some requests, and where the configuration says it. */
export interface PartSchema {
  readonly part: Part;
  /** A text is the name of a file. */
  readonly schema: JsonObject | string;
  /** Every method when missing. */
  readonly methods?: readonly string[] | undefined;
  /** Whether a request without a body is refused, where this is about the body. */
  readonly required: boolean;
  /** The path below the endpoint of what stands at a path of the schema. */
  place(path: Path): Path;
}

/** Methods whose requests have a body (RFC 9110, 9.3). */
export const bodyMethods = ["POST", "PUT", "PATCH"];

/** Everything an endpoint says of its requests, part by part. */
export function collectSchemas({ rules, path }: ValidatedEndpoint["section"]): readonly PartSchema[] {
  return [
    ...fromParameters(rules?.parameters, path),
    ...fromValidation(rules?.validation),
    ...fromSchema(rules?.schema),
  ];
}

const partOf: Readonly<Record<string, Part>> = {
  path: "path",
  query: "query",
  header: "headers",
  cookie: "cookies",
  body: "body",
};

function fromParameters(list: JsonValue | undefined, path: string): readonly PartSchema[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: JsonValue, index) => {
    if (!isObject(item)) return [];
    const { name, in: where, required: _required, description: _description, schema: inner, ...beside } = item;
    const rule = isObject(inner) ? { ...inner, ...beside } : beside;
    const key = textOf(name);
    const field = part(key, where, path);
    const base: Path = ["parameters", index];
    const place = (at: Path): Path => {
      const [, , ...rest] = at;
      const below = isObject(inner) && !(String(asWritten(beside, rest)[0]) in beside) ? ["schema"] : [];
      return at.length < 2 ? base : [...base, ...below, ...asWritten(rule, rest)];
    };
    const asked = item["required"] === true;
    const schemas = field.parts.map(({ part: one, methods }) => ({
      part: one,
      methods,
      schema: objectOf(one === "headers" ? key.toLowerCase() : key, rule, asked && one !== "path"),
      required: asked,
      place,
    }));
    return schemas;
  });
}

/** A name may look like a number. */
function textOf(name: JsonValue | undefined): string {
  return typeof name === "string" ? name : JSON.stringify(name ?? "");
}

interface Field {
  readonly parts: readonly { readonly part: Part; readonly methods?: readonly string[] }[];
}

/** Where a parameter is sent. Without a word it depends on the method, unless the path has it. */
function part(name: string, where: JsonValue | undefined, path: string): Field {
  if (where === "body") return { parts: [{ part: "body", methods: bodyMethods }] };
  if (typeof where === "string") return { parts: [{ part: partOf[where] ?? "query" }] };
  if (path.includes(`{${name}}`) || path.includes(`{${name}:`)) return { parts: [{ part: "path" }] };
  const others = ["GET", "HEAD", "DELETE", "OPTIONS"];
  return {
    parts: [
      { part: "body", methods: bodyMethods },
      { part: "query", methods: others },
    ],
  };
}

function objectOf(name: string, rule: JsonObject, required: boolean): JsonObject {
  const { schema } = toFieldRule(rule);
  const properties: Record<string, JsonValue> = Object.create(null);
  properties[name] = schema;
  return { type: "object", properties, ...(required && { required: [name] }) };
}

function fromValidation(said: JsonValue | undefined): readonly PartSchema[] {
  if (!isObject(said)) return [];
  const { create, update, schema, required } = said;
  const body = (fields: JsonValue | undefined, key: string, methods: readonly string[]): readonly PartSchema[] => {
    const needed = key === "schema" && Array.isArray(required) ? required : [];
    if (!isObject(fields) && needed.length === 0) return [];
    const rules = isObject(fields) ? fields : {};
    const place = ([keyword, name = "", ...rest]: Path): Path => {
      if (keyword === "required") return ["validation", "required"];
      return ["validation", key, ...(keyword === undefined ? [] : [name, ...asWritten(rules[String(name)], rest)])];
    };
    return [{ part: "body", methods, schema: toObjectSchema(rules, needed), required: true, place }];
  };
  return [
    ...body(create, "create", ["POST"]),
    ...body(update, "update", ["PUT", "PATCH"]),
    ...body(schema, "schema", bodyMethods),
  ];
}

/** Either one for each part, or one for the body. */
function fromSchema(said: JsonValue | undefined): readonly PartSchema[] {
  if (said === undefined) return [];
  if (!isObject(said) || !Object.keys(said).some(isPart)) return [partSchema("body", said, [])];
  return Object.entries(said).flatMap(([key, schema = null]) => (isPart(key) ? [partSchema(key, schema, [key])] : []));
}

export function isPart(key: string): key is Part {
  return (parts as readonly string[]).includes(key);
}

function partSchema(to: Part, schema: JsonValue, below: Path): PartSchema {
  // What is neither is refused when it is compiled.
  const given = schema as JsonObject | string;
  return {
    part: to,
    schema: to === "headers" && isObject(schema) ? withLowerNames(schema) : given,
    ...(to === "body" && { methods: [...bodyMethods, "DELETE"] }),
    required: to === "body",
    place: (path) => ["schema", ...below, ...path],
  };
}

/** Names of header fields are the same in any case (RFC 9110, 5.1). */
function withLowerNames(schema: JsonObject): JsonObject {
  const { properties, required } = schema;
  const lower: Record<string, JsonValue> = Object.create(null);
  if (isObject(properties))
    for (const [name, inner = null] of Object.entries(properties)) lower[name.toLowerCase()] = inner;
  return {
    ...schema,
    ...(isObject(properties) && { properties: lower }),
    ...(Array.isArray(required) && { required: required.map((name: JsonValue) => textOf(name).toLowerCase()) }),
  };
}
