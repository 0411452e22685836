import type { JsonValue } from "../../../exchange.ts";

/** Applies a JSON merge patch: `null` removes, objects merge, anything else replaces (RFC 7396, 2). */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged: Record<string, JsonValue | undefined> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** Whether a JSON value is an object: neither a list nor nothing. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
