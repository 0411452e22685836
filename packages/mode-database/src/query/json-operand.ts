import type { JsonValue } from "@backworks/core";

/** Where values of JSON stand among those of other types: as PostgreSQL orders them. */
export function rankOf(value: JsonValue): number {
  if (value === null) return 0;
  if (Array.isArray(value)) return 4;
  return ranks[typeof value] ?? 5;
}

const ranks: Readonly<Record<string, number>> = { string: 1, number: 2, boolean: 3, object: 5 };

/** A value that is no list and no object, as a database compares it. */
export function plainOf(value: JsonValue): unknown {
  if (typeof value === "object") return null;
  return typeof value === "boolean" ? Number(value) : value;
}

/** Whether no list holds a list or an object. */
export function isShallow(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((item: JsonValue) => typeof item !== "object" || item === null);
  return Object.values(value).every((member) => member === undefined || isShallow(member));
}
