import type { ValuePath } from "./config.ts";
import { definitionsAt } from "./schema-keys.ts";
import type { Definition } from "./schema-keys.ts";

/** The numbers a schema takes at a path, "a whole number from 0 to 65535"; `undefined` where it takes other things or has no bounds. */
export function numberRangeAt(schema: unknown, path: ValuePath): string | undefined {
  const [definition, ...others] = definitionsAt(schema, path);
  if (definition?.type !== "number" || others.length > 0) return undefined;
  const range = rangeOf(boundOf(definition, "greater_than"), boundOf(definition, "less_than"));
  const kind = definition.format === "safeint" ? "a whole number" : "a number";
  return range === undefined ? undefined : `${kind} ${range}`;
}

function rangeOf(least: number | undefined, most: number | undefined): string | undefined {
  if (least === undefined) return most === undefined ? undefined : `up to ${most}`;
  return most === undefined ? `from ${least} on` : `from ${least} to ${most}`;
}

/** A bound that belongs to the range. */
function boundOf({ checks = [] }: Definition, kind: string): number | undefined {
  const bound = checks
    .map(({ _zod: { def } }) => def)
    .find(({ check, inclusive }) => check === kind && inclusive === true);
  return typeof bound?.value === "number" ? bound.value : undefined;
}
