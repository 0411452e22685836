/**
 * A text that is the same for equal values made of JSON, and for no others: keys in order, `undefined` members left out.
 *
 * Source: RFC 8785, 3.2; keys are sorted by UTF-16 code units there too.
 */
export function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  // A configuration is hashed as a whole at each load: no lists and pairs in between.
  const members = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of sorted(Object.keys(members))) {
    const member = members[key];
    if (member === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonical(member)}`;
  }
  return `{${text}}`;
}

/** In place, by insertion: members are few and mostly in order, and `sort` makes two lists of them (measured by e2e faults/reload). */
function sorted(keys: string[]): readonly string[] {
  if (keys.length > 64) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] ?? "";
    let at = end;
    for (let before = keys[at - 1]; before !== undefined && before > key; before = keys[at - 1]) {
      keys[at] = before;
      at -= 1;
    }
    keys[at] = key;
  }
  return keys;
}
