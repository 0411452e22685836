import { createHash } from "node:crypto";

/** Hash of a value made of JSON; equal values have equal hashes, whatever the order of their keys. */
export function identityOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

/**
 * JSON with sorted keys and no spaces.
 *
 * Source: RFC 8785, 3.2; keys are sorted by UTF-16 code units there too.
 */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
