import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { toJSONSchema } from "zod/mini";
import { autoEvolveSchema, hybridSchema } from "./options.ts";

const guide = readFileSync(join(import.meta.dirname, "../../../../../docs/guide/hybrid.md"), "utf8");

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
}

/** Every key of a schema with its description. */
function keysOf(node: unknown, found = new Map<string, string | undefined>()): Map<string, string | undefined> {
  if (typeof node !== "object" || node === null) return found;
  // What JSON Schema makes of a schema is made of nodes.
  for (const [key, inner] of Object.entries((node as Node).properties ?? {}))
    found.set(key, inner.description ?? found.get(key));
  for (const inner of Object.values(node)) keysOf(inner, found);
  return found;
}

const keys = [
  ...keysOf([hybridSchema, autoEvolveSchema].map((schema) => toJSONSchema(schema, { io: "input", reused: "inline" }))),
];

describe("the keys of hybrid mode", () => {
  it("are all found", () => {
    expect(keys.map(([key]) => key).toSorted()).toEqual(
      "branches fallback handle methods on preset primary secondary status timeout use when".split(" "),
    );
  });

  it.each(keys)("%s has a description and is in the guide", (key, description) => {
    expect(description).toMatch(/\S/);
    expect(guide).toMatch(new RegExp(`\\b${key}\\b`));
  });
});
