import type { JsonValue } from "../exchange.ts";
import { mapSchemas } from "./schema-walk.ts";
import { decodeReference } from "./references.ts";
import type { SchemaBundle } from "./references.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { isObject } from "./value.ts";
import type { JsonObject } from "./value.ts";
import { stepsOf } from "./violation.ts";

/** A schema inside a schema, and where. */
interface Node {
  readonly schema: JsonObject;
  /** Not known of schemas in files. */
  readonly path: SchemaProblem["path"] | undefined;
}

/** Whole documents by their address; the configuration's own has none. */
type Roots = ReadonlyMap<string, JsonValue>;

/** Keywords whose schemas are about the same value as the schema that they stand in. */
const samePlace = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"] as const;

/**
 * Finds a reference that comes back to itself without going into the value: checking would never end.
 *
 * Source: JSON Schema 2020-12, Core, 9.4.1.
 */
export function findEndless({ schema, documents }: SchemaBundle): SchemaProblem | undefined {
  const nodes: Node[] = [];
  const gather = (root: JsonObject, isRoot: boolean): JsonValue =>
    mapSchemas(root, (part, path) => {
      nodes.push({ schema: part, path: isRoot ? path : undefined });
      return part;
    });
  const roots = new Map([["", gather(schema, true)]]);
  for (const [address, document] of documents) roots.set(address, gather(document, false));
  if (!nodes.some(refers)) return undefined;
  const circling = circlingOf(nodes, roots);
  const endless = nodes.find((node) => refers(node) && circling.has(node.schema));
  if (endless === undefined) return undefined;
  const path = endless.path === undefined ? [] : [...endless.path, "$ref"];
  return { problem: "leads in a circle: checking a value would never end", path };
}

function refers({ schema: { $ref } }: Node): boolean {
  return typeof $ref === "string";
}

/** Schemas that lie on a circle or lead to one: what is left when those that lead nowhere are taken away, until none does. */
function circlingOf(nodes: readonly Node[], roots: Roots): ReadonlySet<JsonObject> {
  const circling = new Set(nodes.map(({ schema }) => schema));
  const before = new Map<JsonObject, JsonObject[]>();
  const left = new Map<JsonObject, number>();
  const ends: JsonObject[] = [];
  for (const schema of circling) {
    const following = [...followers(schema, roots)].filter((one) => circling.has(one));
    left.set(schema, following.length);
    if (following.length === 0) ends.push(schema);
    for (const one of following) {
      const known = before.get(one);
      if (known === undefined) before.set(one, [schema]);
      else known.push(schema);
    }
  }
  for (const end of ends) {
    circling.delete(end);
    for (const schema of before.get(end) ?? []) {
      const count = (left.get(schema) ?? 0) - 1;
      left.set(schema, count);
      if (count === 0) ends.push(schema);
    }
  }
  return circling;
}

/** The schemas that hold for the same value. */
function* followers(schema: JsonObject, roots: Roots): IterableIterator<JsonObject> {
  const { $ref, dependentSchemas } = schema;
  const inner = samePlace.flatMap((keyword) => schema[keyword] ?? []);
  if (isObject(dependentSchemas)) inner.push(...Object.values(dependentSchemas).flatMap((one) => one ?? []));
  if (typeof $ref === "string") inner.push(targetOf($ref, roots) ?? null);
  for (const one of inner) if (isObject(one)) yield one;
}

/** What a reference with a JSON pointer leads to; names of anchors and of parts with an `$id` are not looked up. */
function targetOf(reference: string, roots: Roots): JsonValue | undefined {
  const [address = "", fragment = ""] = reference.split("#", 2);
  if (fragment !== "" && !fragment.startsWith("/")) return undefined;
  let target = roots.get(address);
  for (const step of stepsOf(fragment)) {
    const key = decodeReference(step);
    if (Array.isArray(target)) target = target[Number(key)];
    else target = isObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  return target;
}
