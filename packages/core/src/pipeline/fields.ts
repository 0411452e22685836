import type { FieldMap } from "../exchange.ts";

type Fields = Record<string, string | string[] | undefined>;

const none: FieldMap = Object.freeze(Object.create(null));

/** Fields of a query string or a form: `+` is a space, what is not UTF-8 becomes U+FFFD, a repeated name has an array. */
export function parseFields(text: string): FieldMap {
  if (text === "") return none;
  const fields: Fields = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) addField(fields, name, value);
  return fields;
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
