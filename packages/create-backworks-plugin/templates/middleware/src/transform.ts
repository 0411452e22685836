import type { JsonValue } from "@backworks/core";

/** What is done to a value. */
export interface Change {
  readonly remove: ReadonlySet<string>;
  /** Empty takes the member away. */
  readonly replacement: string;
}

/** The same value without some members; what was given stays as it is. */
export function transform(value: JsonValue, change: Change): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => transform(item, change));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, member]): [string, JsonValue][] => {
    if (member === undefined) return [];
    if (!change.remove.has(key)) return [[key, transform(member, change)]];
    return change.replacement === "" ? [] : [[key, change.replacement]];
  });
  return Object.fromEntries(kept);
}
