/** The same value without some members; what was given stays as it is. */
export function redact(value, change) {
  if (Array.isArray(value)) return value.map((item) => redact(item, change));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, member]) => {
    if (!change.members.has(key)) return [[key, redact(member, change)]];
    return change.replacement === "" ? [] : [[key, change.replacement]];
  });
  return Object.fromEntries(kept);
}
