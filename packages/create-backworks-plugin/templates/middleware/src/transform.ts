import type { JsonValue } from "@backworks/core";

/** The value below a member of an object; what is one already stays as it is. */
export function transform(value: JsonValue, member: string): JsonValue {
  const isThere = typeof value === "object" && value !== null && !Array.isArray(value) && member in value;
  return isThere ? value : { [member]: value };
}
