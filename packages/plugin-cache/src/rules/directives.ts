/** Directives of a field such as `Cache-Control`: names in lower case; `true` for one without a value. */
export type Directives = ReadonlyMap<string, string | true>;

const none: Directives = new Map();

/** Directives that may be limited to some fields. */
const limited = new Set(["no-cache", "private"]);

/** One directive: a token, and what it is set to as a token or a quoted text. */
const directive = /([!#$%&'*+.^_`|~\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?[^,]*(?:,|$)/gy;

/**
 * Parses `Cache-Control`; what cannot be read is left out.
 *
 * Source: RFC 9111, 5.2.
 */
export function parseDirectives(field: string | undefined): Directives {
  if (field === undefined) return none;
  const found = new Map<string, string | true>();
  // Some part them by semicolons: what such a field forbids is heeded too.
  for (const text of splitAt(field, /[,;]/).flatMap(trimmed)) {
    directive.lastIndex = 0;
    const [, name, quoted, token] = directive.exec(text) ?? [];
    if (name === undefined) continue;
    const key = name.toLowerCase();
    found.set(key, together(key, found.get(key), quoted?.replaceAll(/\\(.)/g, "$1") ?? token ?? true));
  }
  return found;
}

type Value = string | true;

/** The first of several counts (RFC 9111, 4.2.1); of those that may be limited to fields all do, so that none of them is lifted by another. */
function together(name: string, before: Value | undefined, value: Value): Value {
  if (before === undefined || !limited.has(name)) return before ?? value;
  return isBlank(before) || isBlank(value) ? true : `${before}, ${value}`;
}

/** Whether a value names nothing. */
function isBlank(value: Value): boolean {
  return value === true || value.trim() === "";
}

/** Members of a list; a comma in a quoted text parts nothing (RFC 9110, 5.6.1). */
export function splitList(field: string): string[] {
  return splitAt(field, /,/).flatMap(trimmed);
}

/** What stands between separators outside quotes, in one pass over the field: it may come from anybody. */
function splitAt(field: string, separator: RegExp): string[] {
  if (!field.includes('"')) return field.split(separator);
  const parts: string[] = [];
  let start = 0;
  let isClosed = true;
  for (let at = 0; at < field.length; at += 1) {
    const character = field.charAt(at);
    if (character === '"' && isClosed) {
      const end = closingQuote(field, at);
      // Where nothing closes this one, nothing closes any behind it either.
      if (end === undefined) isClosed = false;
      else at = end;
    } else if (separator.test(character)) {
      parts.push(field.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, field.slice(start)];
}

function closingQuote(field: string, opening: number): number | undefined {
  for (let at = opening + 1; at < field.length; at += 1) {
    if (field[at] === "\\") at += 1;
    else if (field[at] === '"') return at;
  }
  return undefined;
}

function trimmed(part: string): string[] {
  const text = part.trim();
  return text === "" ? [] : [text];
}

/** The most a delta may be, about 68 years (RFC 9111, 1.2.2). */
export const mostSeconds = 2 ** 31;

/** Seconds of a directive; `undefined` when it is not there, 0 when it is no number (RFC 9111, 4.2.1). */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return value === true ? 0 : (parseSeconds(value) ?? 0);
}

/** A number of seconds; `undefined` for anything else. */
export function parseSeconds(text: string): number | undefined {
  return /^\d+$/.test(text) ? Math.min(Number(text), mostSeconds) : undefined;
}

/** Field names that a directive is limited to, in lower case; `undefined` when it is not there or stands for all. */
export function fieldsOf(directives: Directives, name: string): readonly string[] | undefined {
  const value = directives.get(name);
  return value === undefined || value === true ? undefined : splitList(value.toLowerCase());
}

/** Whether a directive is there and stands for the whole answer. */
export function isWhole(directives: Directives, name: string): boolean {
  const value = directives.get(name);
  return value !== undefined && isBlank(value);
}
