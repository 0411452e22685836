import { BackworksError } from "../errors.ts";
import type { JsonValue } from "../exchange.ts";
import { checkName } from "./fields.ts";
import { parseParameters } from "./media-type.ts";

/** How much of a part is header, in bytes. */
const headBytes = 8192;

/** Source: RFC 2046, 5.1.1. */
const boundaryForm = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/**
 * Fields of a multipart form by name: a text field is a string, a file `{ filename, type, size }`; a repeated name has an
 * array.
 *
 * Source: RFC 7578; RFC 2046, 5.1.1.
 *
 * @throws BW_REQUEST_FORM, BW_REQUEST_FIELDS with more than `most` parts, BW_REQUEST_KEY
 */
export function parseMultipart(bytes: Uint8Array, boundary: string | undefined, most: number): JsonValue {
  if (boundary === undefined || !boundaryForm.test(boundary)) throw broken("its content-type names no boundary");
  const fields = new Map<string, JsonValue[]>();
  let parts = 0;
  for (const part of partsOf(bytes, boundary)) {
    parts += 1;
    if (parts > most) throw new BackworksError("BW_REQUEST_FIELDS", { limit: most });
    const { name, value } = parsePart(part);
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return singles(fields);
}

/** What stands between the delimiters, each followed by a line end; what precedes the first and follows the last is nobody's. */
function* partsOf(bytes: Uint8Array, boundary: string): IterableIterator<Buffer> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  // The first delimiter may begin the body.
  const begins = whole.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2));
  let at = begins ? delimiter.length - 2 : endOf(whole, delimiter, 0);
  while (at >= 0) {
    const close = whole[at] === 45 && whole[at + 1] === 45;
    if (close) return;
    const start = endOf(whole, Buffer.from("\r\n"), at);
    if (start < 0 || whole.subarray(at, start - 2).some((byte) => byte !== 32 && byte !== 9)) break;
    // A part without header and content shares its line end with the delimiter.
    const next = whole.indexOf(delimiter, start - 2);
    if (next < 0) break;
    yield whole.subarray(start, Math.max(start, next));
    at = next + delimiter.length;
  }
  throw broken("a part does not end");
}

function endOf(whole: Buffer, sought: Buffer, from: number): number {
  const index = whole.indexOf(sought, from);
  return index < 0 ? -1 : index + sought.length;
}

function parsePart(part: Buffer): { name: string; value: JsonValue } {
  const split = part.indexOf("\r\n\r\n");
  if (split < 0) throw broken("a part has no header");
  if (split > headBytes) throw broken(`the header of a part has more than ${headBytes} bytes`);
  const head = headOf(part.subarray(0, split).toString("utf8"));
  const disposition = parseParameters(head.get("content-disposition") ?? "");
  const name = disposition.get("name");
  if (name === undefined) throw broken("a part has no name");
  checkName(name);
  const content = part.subarray(split + 4);
  const filename = disposition.get("filename");
  if (filename === undefined) return { name, value: content.toString("utf8") };
  const type = head.get("content-type") ?? "application/octet-stream";
  return { name, value: { filename, type, size: content.length } };
}

/** Header fields by name in lower case. */
function headOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

/** A name that is there once has its value, another all of them. */
function singles(fields: ReadonlyMap<string, readonly JsonValue[]>): JsonValue {
  const merged: Record<string, JsonValue> = Object.create(null);
  for (const [name, values] of fields) merged[name] = values.length > 1 ? values : (values[0] ?? null);
  return merged;
}

function broken(problem: string): BackworksError {
  return new BackworksError("BW_REQUEST_FORM", { problem });
}
