import { toJSONSchema } from "zod/mini";
import type { Mode } from "../mode.ts";
import type { PluginDefinition } from "../plugin.ts";
import { blockModes } from "./outline.ts";
import { sections } from "./sections/index.ts";

/** A JSON Schema, draft-07. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface JsonSchemaOptions {
  readonly modes: ReadonlyMap<string, Mode>;
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
}

/** The JSON Schema of a configuration with these modes and plugins, for editors. */
export function toJsonSchema({ modes, plugins }: JsonSchemaOptions): JsonSchema {
  const definitions: Record<string, unknown> = {
    variable: {
      type: "string",
      pattern: "\\$\\{|\\{\\{",
      description: "An environment variable, or an expression where the mode evaluates them.",
    },
  };
  const convert = (schema: unknown, name: string): JsonSchema => embed(jsonSchemaOf(schema), name, definitions);
  const project = convert(sections.project, "project");
  definitions["endpoint"] = endpointSchema({ modes, plugins }, convert);
  const properties: Record<string, unknown> = {
    ...(project["properties"] as object),
    server: free(convert(sections.server, "server")),
    logging: free(convert(sections.logging, "logging")),
    global_headers: convert(sections.globalHeaders, "global_headers"),
    endpoints: endpointsSchema(),
    plugins: pluginsSchema(plugins, convert),
  };
  for (const mode of modes.values()) {
    for (const [key, schema] of Object.entries(mode.rootKeys ?? {})) properties[key] = convert(schema, key);
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Backworks configuration",
    type: "object",
    properties,
    patternProperties: { "^x-": {} },
    additionalProperties: false,
    definitions,
  };
}

type Convert = (schema: unknown, name: string) => JsonSchema;

function endpointsSchema(): JsonSchema {
  const one = { $ref: "#/definitions/endpoint" };
  const named = { allOf: [one] };
  return {
    description: "The endpoints: a mapping by name, or a list whose entries may have a `name`.",
    anyOf: [
      { type: "object", additionalProperties: one },
      { type: "array", items: named },
    ],
  };
}

function endpointSchema({ modes, plugins }: JsonSchemaOptions, convert: Convert): JsonSchema {
  const core = convert(sections.endpoint, "endpoint_keys");
  const properties: Record<string, unknown> = { ...(core["properties"] as object) };
  for (const mode of blockModes) properties[mode] = {};
  for (const mode of modes.values()) {
    for (const [key, schema] of Object.entries(mode.endpointKeys)) properties[key] = convert(schema, `endpoint_${key}`);
  }
  for (const [key, { endpointOptions }] of plugins) {
    if (endpointOptions !== undefined) properties[key] = convert(endpointOptions, `endpoint_${key}`);
  }
  return free({ ...core, properties });
}

function pluginsSchema(plugins: ReadonlyMap<string, PluginDefinition>, convert: Convert): JsonSchema {
  const entry = convert(sections.plugin, "plugin");
  const own = entry["properties"] as object;
  const shorthand = { type: ["boolean", "null"] };
  const properties: Record<string, unknown> = {};
  for (const [name, { options, description }] of plugins) {
    const schema = options === undefined ? {} : convert(options, `plugin_${name}`);
    const known = schema["properties"] ?? {};
    const whole = free({
      type: "object",
      properties: { ...known, ...own, config: schema },
      additionalProperties: schema["properties"] === undefined,
    });
    properties[name] = { ...(description === undefined ? {} : { description }), anyOf: [whole, shorthand] };
  }
  return {
    description: "Plugins by name. What stands beside the reserved keys, or in `config`, are the options.",
    type: "object",
    properties,
    additionalProperties: { anyOf: [{ type: "object", properties: own }, shorthand] },
  };
}

/** A mapping in which `x-…` keys are free. */
function free(schema: JsonSchema): JsonSchema {
  return { ...schema, patternProperties: { "^x-": {} } };
}

/** The JSON Schema of any Standard Schema that can tell; anything goes for one that cannot. */
export function jsonSchemaOf(schema: unknown): JsonSchema {
  if (typeof schema !== "object" || schema === null) return {};
  const standard = (
    schema as { "~standard"?: { jsonSchema?: { input?: (options: { target: string }) => JsonSchema } } }
  )["~standard"];
  try {
    if (typeof standard?.jsonSchema?.input === "function") return standard.jsonSchema.input({ target: "draft-07" });
    // A value with `_zod` is a schema of zod 4, whichever copy made it.
    if ("_zod" in schema)
      return toJSONSchema(schema as unknown as Parameters<typeof toJSONSchema>[0], {
        target: "draft-07",
        io: "input",
        unrepresentable: "any",
      });
  } catch {
    // A schema that has no JSON form is checked when the configuration loads; an editor says nothing about it.
    return {};
  }
  return {};
}

/** Makes a schema part of a larger one: its definitions move up, and any value may be a variable. */
function embed(schema: JsonSchema, name: string, definitions: Record<string, unknown>): JsonSchema {
  const { $schema: _dialect, definitions: own, $defs: others, ...rest } = schema;
  const rename = (reference: string): string => {
    if (reference === "#") return `#/definitions/${name}`;
    return reference.replace(/^#\/(?:definitions|\$defs)\//, `#/definitions/${name}.`);
  };
  for (const [key, value] of Object.entries({ ...(own as object), ...(others as object) })) {
    definitions[`${name}.${key}`] = permit(value, rename);
  }
  const embedded = permit(rest, rename) as JsonSchema;
  if (JSON.stringify(embedded).includes(`"#/definitions/${name}"`)) definitions[name] = embedded;
  return embedded;
}

const variable = { $ref: "#/definitions/variable" };

/** Walks a schema; what is not text anyway may also be written `${NAME}`. */
function permit(node: unknown, rename: (reference: string) => string): unknown {
  if (Array.isArray(node)) return node.map((item) => permit(item, rename));
  if (typeof node !== "object" || node === null) return node;
  const walked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) walked[key] = permitKey(key, value, rename);
  if (!isStrict(walked)) return walked;
  const { description, default: preset, ...rule } = walked;
  return {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
    anyOf: [rule, variable],
  };
}

/** Whether a text with a variable in it would be refused. */
function isStrict(node: JsonSchema): boolean {
  const typed = ["number", "integer", "boolean"].includes(String(node["type"]));
  return typed || ["enum", "const", "pattern"].some((key) => key in node);
}

function permitKey(key: string, value: unknown, rename: (reference: string) => string): unknown {
  if (key === "$ref") return rename(String(value));
  if (key === "default" || key === "enum" || key === "const" || key === "examples" || key === "propertyNames")
    return value;
  if (key !== "properties" && key !== "patternProperties") return permit(value, rename);
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, permit(item, rename)]));
}
