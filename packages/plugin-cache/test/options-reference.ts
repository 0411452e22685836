import { jsonSchemaOf } from "@backworks/core";
import type { JsonSchema } from "@backworks/core";
import { endpointOptions } from "../src/options/endpoint-options.ts";
import { pluginOptions } from "../src/options/plugin-options.ts";

/** One mapping of the configuration with its keys. */
export interface Section {
  readonly title: string;
  readonly keys: Readonly<Record<string, JsonSchema>>;
}

/** Every mapping that the cache knows, those that stand in several places once. */
export async function listSections(): Promise<readonly Section[]> {
  const sections: Section[] = [];
  collect(await jsonSchemaOf(pluginOptions), "plugins.cache", sections);
  collect(await jsonSchemaOf(endpointOptions), "endpoints.\\<name\\>.cache", sections);
  return sections;
}

/** The reference of the keys, as Markdown. */
export async function writeReference(): Promise<string> {
  return [intro, ...(await listSections()).map(table)].join("\n");
}

const intro = `# Keys of the cache

What \`plugins.cache\` and \`endpoints.<name>.cache\` may hold, written from the schemas that check them (\`node scripts/write-reference.js\`). [The cache](../plugins/cache.md) explains them. Instead of a mapping an endpoint may have a duration, its \`ttl\` alone, or \`false\`. What both places have is said for all endpoints by the one and for one by the other.
`;

function collect(schema: JsonSchema, title: string, sections: Section[]): void {
  for (const branch of branchesOf(schema)) collectOne(branch, nameOf(branch, title), sections);
}

function collectOne(schema: JsonSchema, title: string, sections: Section[]): void {
  const keys = schema["properties"] as Section["keys"] | undefined;
  if (keys === undefined) {
    const inner = (schema["items"] ?? namedValuesOf(schema)) as JsonSchema | undefined;
    if (inner !== undefined) collect(inner, schema["items"] === undefined ? `${title}.\\<name\\>` : title, sections);
    return;
  }
  const isKnown = sections.some((section) => JSON.stringify(section.keys) === JSON.stringify(keys));
  if (!isKnown) sections.push({ title, keys });
  for (const [key, inner] of Object.entries(keys)) collect(inner, `${title}.${key}`, sections);
}

/** Ways to prove who one is have a word that tells them apart. */
function nameOf(branch: JsonSchema, title: string): string {
  const keys = branch["properties"] as Section["keys"] | undefined;
  const type = keys?.["type"]?.["const"];
  return typeof type === "string" ? `${title}: ${type}` : title;
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  const branches = (schema["anyOf"] ?? schema["oneOf"]) as readonly JsonSchema[] | undefined;
  return branches === undefined ? [schema] : branches.flatMap(branchesOf);
}

function namedValuesOf(schema: JsonSchema): unknown {
  const values = schema["additionalProperties"];
  return typeof values === "object" ? values : undefined;
}

function table({ title, keys }: Section): string {
  const rows = Object.entries(keys).map(([key, schema]) => {
    const preset = schema["default"] === undefined ? "" : `\`${JSON.stringify(schema["default"])}\``;
    return `| \`${key}\` | ${typeOf(schema)} | ${preset} | ${cell(schema["description"])} |`;
  });
  return [`## ${title}`, "", "| key | value | default | |", "|---|---|---|---|", ...rows, ""].join("\n");
}

function typeOf(schema: JsonSchema): string {
  const branches = (schema["anyOf"] ?? schema["oneOf"]) as readonly JsonSchema[] | undefined;
  if (branches !== undefined) return [...new Set(branches.map(typeOf))].join(" or ");
  if ("const" in schema) return `\`${String(schema["const"])}\``;
  if (Array.isArray(schema["enum"])) return schema["enum"].map((word) => `\`${String(word)}\``).join(" ");
  if (schema["type"] === "array") return `list of ${typeOf((schema["items"] ?? {}) as JsonSchema)}`;
  return [schema["type"]]
    .flat()
    .map((type) => words[String(type)] ?? "any")
    .join(" or ");
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "`true` or `false`",
  object: "mapping",
  null: "`null`",
};

function cell(text: unknown): string {
  return typeof text === "string" ? text.replaceAll("|", "\\|").replaceAll("\n", " ") : "";
}
