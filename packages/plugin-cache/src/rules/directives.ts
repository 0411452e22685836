/** Directives of a field such as `Cache-Control`: names in lower case, the first of each counts; `true` for one without a value. */
export type Directives = ReadonlyMap<string, string | true>;

const none: Directives = new Map();

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
  for (const part of splitList(field)) {
    directive.lastIndex = 0;
    const [, name, quoted, token] = directive.exec(part) ?? [];
    if (name === undefined) continue;
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted?.replaceAll(/\\(.)/g, "$1") ?? token ?? true);
  }
  return found;
}

/** Members of a list; a comma in a quoted text parts nothing (RFC 9110, 5.6.1). */
export function splitList(field: string): string[] {
  if (!field.includes('"')) return field.split(",").flatMap(trimmed);
  return (field.match(/(?:"(?:[^"\\]|\\.)*"|[^",]|")+/g) ?? []).flatMap(trimmed);
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
  return directives.get(name) === true;
}
