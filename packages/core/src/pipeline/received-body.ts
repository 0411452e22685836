import type { JsonValue, RequestBody } from "../exchange.ts";
import { parseFields } from "./fields.ts";
import { parseMultipart } from "./multipart.ts";

const nothing = new Uint8Array(0);

/** A body that was read to its end; text and value are made when first asked for. */
export class ReceivedBody implements RequestBody {
  readonly bytes: Uint8Array;
  readonly #type: string;
  #text: string | undefined;
  #value: JsonValue | undefined;
  #parsed = false;

  constructor(bytes: Uint8Array = nothing, contentType = "") {
    this.bytes = bytes;
    this.#type = contentType;
  }

  get text(): string {
    this.#text ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength).toString("utf8");
    return this.#text;
  }

  get value(): JsonValue | undefined {
    if (!this.#parsed) {
      this.#value = this.bytes.length === 0 ? undefined : parseBody(this, this.#type);
      this.#parsed = true;
    }
    return this.#value;
  }
}

/** A body that somebody else has read and parsed before us, as `express.json()` does. */
export function toReceivedBody(value: unknown, contentType: string): RequestBody {
  if (value instanceof Uint8Array) return new ReceivedBody(value, contentType);
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const bytes = Buffer.from(text);
  // The parser before us made it from JSON, a form or text, so it is a JSON value.
  return { bytes, text, value: bytes.length === 0 ? undefined : (value as JsonValue) };
}

function parseBody(body: ReceivedBody, contentType: string): JsonValue {
  const [first = ""] = contentType.split(";", 1);
  const type = first.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return parseFields(body.text);
  if (type === "multipart/form-data") return parseMultipart(body.bytes, contentType) ?? body.text;
  if (type === "application/json" || type.endsWith("+json")) return parseJson(body.text);
  // Nobody said what it is: what looks like JSON is tried as such.
  if (type === "" && /^\s*[[{]/.test(body.text)) return parseJson(body.text);
  return body.text;
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as JsonValue;
  } catch {
    // Whether broken JSON is a mistake is for the mode to say; it sees the text.
    return text;
  }
}
