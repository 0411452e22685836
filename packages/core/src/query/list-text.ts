/**
 * The texts of `{a,"b,c",null}`, as PostgreSQL writes a list of one dimension; a JSON list is read too. `undefined` when it is neither.
 *
 * Source: PostgreSQL 16, 8.15.2.
 */
export function readListText(text: string): readonly (string | null)[] | undefined {
  if (text.startsWith("[")) return readJsonList(text);
  if (!/^\{.*\}$/s.test(text)) return undefined;
  const inner = text.slice(1, -1);
  if (inner.trim() === "") return [];
  const texts: (string | null)[] = [];
  const element = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"]*?))\s*(,|$)/sy;
  for (;;) {
    const found = element.exec(inner);
    if (found === null) return undefined;
    const [, quoted, bare = "", end] = found;
    if (quoted === undefined) texts.push(bare.toLowerCase() === "null" ? null : bare);
    else texts.push(quoted.replace(/\\(.)/gs, "$1"));
    if (end === "") return texts;
  }
}

function readJsonList(text: string): readonly (string | null)[] | undefined {
  try {
    const values: unknown = JSON.parse(text);
    if (!Array.isArray(values)) return undefined;
    return values.map((value: unknown) => {
      if (value === null) return null;
      return typeof value === "string" ? value : JSON.stringify(value);
    });
  } catch {
    return undefined;
  }
}
