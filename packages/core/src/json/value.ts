import type { JsonValue } from "../exchange.ts";

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** Whether a JSON value is an object: neither a list nor nothing. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
