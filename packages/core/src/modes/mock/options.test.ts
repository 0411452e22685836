import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { toJSONSchema } from "zod/mini";
import { mockMode } from "./mock.ts";
import { mockResponsesSchema, mockSchema } from "./options/endpoint.ts";
import { mockDefaultsSchema } from "./options/root.ts";

const guide = readFileSync(join(import.meta.dirname, "../../../../../docs/guide/mock.md"), "utf8");

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly [key: string]: unknown;
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

const schemas = [mockSchema, mockResponsesSchema, mockDefaultsSchema].map((schema) =>
  toJSONSchema(schema, { io: "input", reused: "inline" }),
);
const keys = [...keysOf(schemas)];

describe("the keys of mock mode", () => {
  it("are all found", () => {
    expect(keys.length).toBeGreaterThan(50);
  });

  it.each(keys)("%s has a description", (_, description) => {
    expect(description).toMatch(/\S/);
  });

  it.each([...keys.map(([key]) => key), ...Object.keys(mockMode.rootKeys ?? {})])("%s is in the guide", (key) => {
    expect(guide).toMatch(new RegExp(`\\b${key}\\b`));
  });
});
