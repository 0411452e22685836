import { jsonSchemaOf } from "@backworks/core";
import type { JsonSchema } from "@backworks/core";
import { optionsSchema } from "../src/options/options.ts";

/** One mapping of the options with its keys. */
export interface Section {
  readonly title: string;
  readonly keys: Readonly<Record<string, JsonSchema>>;
}

const intro = `# Options of the monitoring plugin

What \`plugins.monitoring\` may hold, written from the schemas that check it (\`node scripts/write-reference.js\`). [Monitoring](../plugins/monitoring.md) explains it.
`;

/** Every mapping, in the order of the options. */
export async function listSections(): Promise<readonly Section[]> {
  return sectionsOf(await jsonSchemaOf(optionsSchema), "monitoring");
}

/** The reference of the options, as Markdown. */
export async function writeReference(): Promise<string> {
  return [intro, ...(await listSections()).map(writeTable)].join("\n");
}

function sectionsOf(schema: JsonSchema, title: string): readonly Section[] {
  const branches = branchesOf(schema);
  if (branches.length > 1) return branches.flatMap((branch) => sectionsOf(branch, title));
  const keys = schema["properties"] as Section["keys"] | undefined;
  if (keys === undefined) return inner(schema).flatMap(([part, end]) => sectionsOf(part, title + end));
  const type: unknown = keys["type"]?.["const"];
  const below = Object.entries(keys).flatMap(([key, value]) => sectionsOf(value, `${title}.${key}`));
  return [{ title: typeof type === "string" ? `${title}: ${type}` : title, keys }, ...below];
}

/** What lists and maps by name hold. */
function inner(schema: JsonSchema): readonly (readonly [JsonSchema, string])[] {
  const parts = [
    [schema["items"], "[]"],
    [schema["additionalProperties"], ".\\<name\\>"],
  ] as const;
  return parts.flatMap(([part, end]) => (typeof part === "object" ? [[part as JsonSchema, end] as const] : []));
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  const branches = (schema["anyOf"] ?? schema["oneOf"]) as readonly JsonSchema[] | undefined;
  return branches === undefined ? [schema] : branches.flatMap(branchesOf);
}

function writeTable({ title, keys }: Section): string {
  const rows = Object.entries(keys).map(([key, schema]) => {
    const preset = schema["default"] === undefined ? "" : `\`${JSON.stringify(schema["default"])}\``;
    const text = schema["description"];
    return `| \`${key}\` | ${typeOf(schema)} | ${preset} | ${typeof text === "string" ? text.replaceAll("|", "\\|") : ""} |`;
  });
  return [`## ${title}`, "", "| key | value | default | |", "|---|---|---|---|", ...rows, ""].join("\n");
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "`true` or `false`",
  object: "mapping",
};

function typeOf(schema: JsonSchema): string {
  const branches = branchesOf(schema);
  if (branches.length > 1) return [...new Set(branches.map(typeOf))].join(" or ");
  if ("const" in schema) return `\`${String(schema["const"])}\``;
  if (schema["type"] === "array") return `list of ${typeOf((schema["items"] ?? {}) as JsonSchema)}`;
  const types = [schema["type"]].flat();
  return types.map((type) => words[String(type)] ?? "any").join(" or ");
}
