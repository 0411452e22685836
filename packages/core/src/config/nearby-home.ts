import type { ValuePath } from "./config.ts";
import type { Subject } from "./issues.ts";
import { definitionsAt, keysAt } from "./schema-keys.ts";

/** Mappings below, above or beside one in which an unknown key would be known: the nearest; empty when there is none. */
export function nearbyHomes(key: string, steps: ValuePath, { schema, base }: Subject): ValuePath[] {
  for (let length = steps.length; length >= 0; length -= 1) {
    const at = steps.slice(0, length);
    const isKnown = length < steps.length && keysAt(schema, at).includes(key);
    const homes = isKnown ? [at] : homesBelow(key, at, schema);
    if (homes.length > 0) return homes.map((home) => [...base, ...home]);
  }
  return [];
}

/** Those that are mappings, or lists of them, whatever else may be said. */
function homesBelow(key: string, at: ValuePath, schema: unknown): ValuePath[] {
  return keysAt(schema, at)
    .map((child) => [...at, child])
    .filter((child) => {
      const [definition, ...others] = definitionsAt(schema, child);
      if (definition === undefined || others.length > 0) return false;
      return keysAt(schema, definition.type === "array" ? [...child, 0] : child).includes(key);
    });
}
