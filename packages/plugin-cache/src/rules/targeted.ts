import type { Directives } from "./directives.ts";

const key = "[a-z*][a-z0-9_.*-]*";
const text = String.raw`"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"`;

/** Of a number, a text, a token, a boolean, bytes, a date and a text of any letters; the first three say something to us. */
const bare = [
  String.raw`-?\d{1,12}\.\d{1,3}`,
  String.raw`-?\d{1,15}`,
  text,
  String.raw`[A-Za-z*][!#$%&'*+.^_|~\w:/\x60-]*`,
  String.raw`\?[01]`,
  ":[A-Za-z0-9+/=]*:",
  String.raw`@-?\d{1,15}`,
  String.raw`%"(?:[\x20\x21\x23\x24\x26-\x7e]|%[0-9a-f]{2})*"`,
].join("|");

const parameters = `(?:; *${key}(?:=(?:${bare}))?)*`;
const innerList = String.raw`\((?: *(?:${bare})${parameters}(?= |\)))* *\)`;

/** A key with a list or one value; parameters are ignored (RFC 9213, 2.1). */
const member = new RegExp(`(${key})(?:=(?:${innerList}|(${bare})))?${parameters}`, "y");
const comma = /[ \t]*,[ \t]*/y;

/**
 * Directives of a targeted field; `undefined` when it is empty or no dictionary, and so does not count. The last of a key counts.
 *
 * Source: RFC 9213, 2.1; RFC 9651, 3.2 and 4.2.2.
 */
export function parseTargeted(field: string | undefined): Directives | undefined {
  const given = (field ?? "").trim();
  const found = new Map<string, string | true>();
  for (let at = 0; ; at = comma.lastIndex) {
    member.lastIndex = at;
    const [whole, name, value] = member.exec(given) ?? [];
    if (whole === undefined || name === undefined) return undefined;
    if (value === "?0") found.delete(name);
    else found.set(name, valueOf(value));
    comma.lastIndex = at + whole.length;
    if (comma.lastIndex === given.length) return found;
    if (!comma.test(given)) return undefined;
  }
}

/** As `Cache-Control` would say it; what that cannot say is there without a value. */
function valueOf(value: string | undefined): string | true {
  if (value === undefined || /^[?:@%]/.test(value)) return true;
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;
}
