import type { JsonValue } from "../../../exchange.ts";
import { loadPatterns, type CompilePattern } from "../../../json/pattern.ts";
import { loadJsonSchemas, type CompileJsonSchema } from "../../../json/schema.ts";
import { loadJsonPaths } from "./json-path.ts";

/** Compiles an RFC 9535 query; the result gives the values it selects. Throws what is wrong with it. */
export type CompileJsonPath = (source: string) => (value: JsonValue) => readonly unknown[];

/** The matching engines that are libraries. One that no rule needs is not there. */
export interface Engines {
  readonly pattern?: CompilePattern;
  readonly jsonPath?: CompileJsonPath;
  readonly jsonSchema?: CompileJsonSchema;
}

/** Loads the libraries that the conditions of an endpoint mention, and no other. */
export async function loadEngines(conditions: unknown): Promise<Engines> {
  const keys = new Set<string>();
  collectKeys(conditions, keys);
  const paths = keys.has("jsonpath");
  const pattern = keys.has("matches") || paths ? await loadPatterns() : undefined;
  return {
    ...(pattern && { pattern }),
    ...(pattern && paths && { jsonPath: await loadJsonPaths(pattern) }),
    ...(keys.has("schema") && { jsonSchema: await loadJsonSchemas() }),
  };
}

function collectKeys(value: unknown, keys: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    keys.add(key);
    collectKeys(inner, keys);
  }
}
