import type { JsonValue } from "../exchange.ts";

/**
 * Fields of a multipart form by name: a text field is a string, a file `{ filename, type, size }`; a repeated name has an
 * array. `undefined` when the body does not follow the format.
 *
 * Source: RFC 7578; RFC 2046, 5.1.1.
 */
export function parseMultipart(bytes: Uint8Array, contentType: string): JsonValue | undefined {
  const boundary = parameter(contentType, "boundary");
  if (boundary === undefined) return undefined;
  // Latin 1 maps each byte to one character, so that positions in text and bytes are the same.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const parts = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (parts.length < 2 || !parts.at(-1)?.startsWith("--")) return undefined;
  const fields: Record<string, JsonValue[]> = Object.create(null);
  for (const part of parts.slice(1, -1)) {
    const field = parsePart(part);
    if (field !== undefined) (fields[field.name] ??= []).push(field.value);
  }
  return singles(fields);
}

/** A name that is there once has its value, another all of them. */
function singles(fields: Readonly<Record<string, JsonValue[]>>): JsonValue {
  const merged: Record<string, JsonValue> = Object.create(null);
  for (const [name, values] of Object.entries(fields)) merged[name] = values.length > 1 ? values : (values[0] ?? null);
  return merged;
}

function parsePart(part: string): { name: string; value: JsonValue } | undefined {
  const split = part.indexOf("\r\n\r\n");
  if (split < 0) return undefined;
  const head = part.slice(0, split);
  const content = Buffer.from(part.slice(split + 4), "latin1");
  const disposition = headerOf(head, "content-disposition");
  const name = parameter(disposition, "name");
  if (name === undefined) return undefined;
  const filename = parameter(disposition, "filename");
  if (filename === undefined) return { name: fromLatin1(name), value: content.toString("utf8") };
  const type = headerOf(head, "content-type") || "application/octet-stream";
  return { name: fromLatin1(name), value: { filename: fromLatin1(filename), type, size: content.length } };
}

function headerOf(head: string, name: string): string {
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0 && line.slice(0, colon).trim().toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return "";
}

function parameter(header: string, name: string): string | undefined {
  for (const part of header.split(";").slice(1)) {
    const equals = part.indexOf("=");
    if (equals < 0 || part.slice(0, equals).trim().toLowerCase() !== name) continue;
    return part
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, "$1");
  }
  return undefined;
}

function fromLatin1(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}
