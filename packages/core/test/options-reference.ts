import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import type { JsonSchema } from "../src/config/json-schema.ts";

/** One mapping of what a package lets a configuration say, with its keys. */
export interface Section {
  readonly title: string;
  readonly keys: Readonly<Record<string, JsonSchema>>;
}

/** The reference of a package's keys, as Markdown. */
export function writeSections(intro: string, sections: readonly Section[]): string {
  return [intro, ...sections.map(table)].join("\n");
}

/** Keys that nobody has explained. */
export function unexplainedKeys(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ title, keys }) =>
    Object.entries(keys).flatMap(([key, schema]) =>
      typeof schema["description"] === "string" ? [] : [`${title}.${key}`],
    ),
  );
}

/** Adds every mapping of a schema; one that is there already, under another title, stays there alone. */
export function addSections(schema: JsonSchema, title: string, sections: Section[]): void {
  for (const branch of branchesOf(schema)) addMapping(branch, nameOf(branch, title), sections);
}

function addMapping(schema: JsonSchema, title: string, sections: Section[]): void {
  const keys = schema["properties"] as Section["keys"] | undefined;
  if (keys === undefined) {
    const inner = (schema["items"] ?? namedValuesOf(schema)) as JsonSchema | undefined;
    if (inner !== undefined)
      addSections(inner, schema["items"] === undefined ? `${title}.\\<name\\>` : title, sections);
    return;
  }
  const isKnown = sections.some((section) => JSON.stringify(section.keys) === JSON.stringify(keys));
  if (!isKnown) sections.push({ title, keys });
  for (const [key, inner] of Object.entries(keys)) addSections(inner, `${title}.${key}`, sections);
}

/** Mappings of several forms have a word that tells them apart. */
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

/** A page of docs/reference with the schemas that it is written from. */
export interface Reference {
  /** Absolute path of the page. */
  readonly page: string;
  listSections(): Promise<readonly Section[]>;
  writeReference(): Promise<string>;
  /** There are more sections than this. */
  readonly more: number;
}

/** Tests that keep a page current; with `UPDATE_REFERENCE=1` they write it. */
export function keepsReference({ page, listSections, writeReference, more }: Reference): void {
  it("says what the schemas say; node scripts/write-reference.js writes it anew", async () => {
    const text = await writeReference();

    if (process.env["UPDATE_REFERENCE"] === "1") writeFileSync(page, text);

    expect(existsSync(page) ? readFileSync(page, "utf8") : "").toBe(text);
  });

  it("explains every key", async () => {
    const sections = await listSections();

    expect(unexplainedKeys(sections)).toEqual([]);
    expect(sections.length).toBeGreaterThan(more);
  });
}
