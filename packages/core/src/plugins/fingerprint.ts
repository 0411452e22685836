/** One text for equal values, whatever the order of their keys. Functions, patterns and dates count by how they are written. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(canonical(value, new Set())) ?? "undefined";
}

function canonical(value: unknown, above: Set<object>): unknown {
  if (typeof value === "bigint" || typeof value === "function") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof RegExp || value instanceof Date) return String(value);
  if (above.has(value)) return "<circle>";
  above.add(value);
  const result = members(value).map(([key, member]) => [key, canonical(member, above)]);
  above.delete(value);
  return Array.isArray(value) ? result.map(([, member]) => member) : { "<object>": result };
}

function members(value: object): readonly (readonly [unknown, unknown])[] {
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value].map((member) => [member, true]);
  const entries = Object.entries(value);
  return Array.isArray(value) ? entries : entries.sort(([left], [right]) => (left < right ? -1 : 1));
}
