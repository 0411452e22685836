import { BackworksError } from "../errors.ts";
import type { FieldMap } from "../exchange.ts";
import { forbiddenIn } from "../json/forbidden-keys.ts";

type Fields = Record<string, string | string[] | undefined>;

const none: FieldMap = Object.freeze(Object.create(null));

/**
 * Fields of a query string or a form: `+` is a space, a repeated name has an array. A percent sign that begins no escape stands for
 * itself, what is not UTF-8 becomes U+FFFD.
 *
 * Source: URL Standard, 5.1.
 */
export function parseFields(text: string): FieldMap {
  if (text === "") return none;
  const fields: Fields = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) addField(fields, name, value);
  return fields;
}

/**
 * Refuses fields that are too many, or named like what reaches a prototype; costs next to nothing for a short text.
 *
 * @throws BW_REQUEST_FIELDS, BW_REQUEST_KEY
 */
export function checkFields(text: string, most: number): void {
  // So many need as many separators.
  if (text.length >= most && countPairs(text) > most) throw new BackworksError("BW_REQUEST_FIELDS", { limit: most });
  if (!suspicious.test(text)) return;
  for (const name of new URLSearchParams(text).keys()) checkName(name);
}

/** @throws BW_REQUEST_KEY */
export function checkName(name: string): void {
  const key = forbiddenIn(name);
  if (key !== undefined) throw new BackworksError("BW_REQUEST_KEY", { key });
}

/** Letters of the words may be written as escapes. */
const suspicious = /%[4-7]|__proto__|constructor/;

function countPairs(text: string): number {
  let pairs = 1;
  for (let index = text.indexOf("&"); index >= 0; index = text.indexOf("&", index + 1)) pairs += 1;
  return pairs;
}

/**
 * Fields of a `Cookie` header; a value that does not decode stays as it came.
 *
 * Source: RFC 6265, 4.2.1 and 5.4.
 */
export function parseCookies(header: string | undefined): FieldMap {
  if (header === undefined || header === "") return none;
  const fields: Fields = Object.create(null);
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 1) continue;
    addField(fields, pair.slice(0, equals).trim(), decode(unquote(pair.slice(equals + 1).trim())));
  }
  return fields;
}

function addField(fields: Fields, name: string, value: string): void {
  const present = fields[name];
  if (present === undefined) fields[name] = value;
  else if (Array.isArray(present)) present.push(value);
  else fields[name] = [present, value];
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function decode(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    // A stray percent sign is common in cookies that others set; the raw value is of more use than a refusal.
    return value;
  }
}
