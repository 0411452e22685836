import { isUtf8 } from "node:buffer";
import { BackworksError, isBackworksError } from "../errors.ts";
import type { JsonValue, RequestBody } from "../exchange.ts";
import { findForbiddenKey } from "../json/forbidden-keys.ts";
import { parseJson, plainLimits } from "../json/parse.ts";
import type { LimitSettings } from "../model/app.ts";
import { checkFields, parseFields } from "./fields.ts";
import { isJsonType, parseMediaType } from "./media-type.ts";
import type { MediaType } from "./media-type.ts";
import { parseMultipart } from "./multipart.ts";

/** Limits of what a body is parsed into. */
export type ContentLimits = Pick<LimitSettings, "jsonDepth" | "jsonKeys" | "queryPairs">;

/** Of what nobody sent: it is parsed already, or there is nothing. */
const defaultLimits: ContentLimits = Object.freeze({ ...plainLimits, queryPairs: 1000 });
const nothing = new Uint8Array(0);

/** What a body's content came to. */
interface Parsed {
  readonly value: JsonValue | undefined;
  /** Why it is not what its type says. */
  readonly refusal: BackworksError | undefined;
}

/** A body that was read to its end; text and value are made when first asked for. */
export class ReceivedBody implements RequestBody {
  readonly bytes: Uint8Array;
  readonly #type: string;
  readonly #limits: ContentLimits;
  #text: string | undefined;
  #parsed: Parsed | undefined;

  constructor(bytes: Uint8Array = nothing, contentType = "", limits: ContentLimits = defaultLimits) {
    this.bytes = bytes;
    this.#type = contentType;
    this.#limits = limits;
  }

  get text(): string {
    this.#text ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength).toString("utf8");
    return this.#text;
  }

  get value(): JsonValue | undefined {
    return this.#content().value;
  }

  /** Why a handler that needs the value must not run: broken JSON, too deep, a forbidden key … Whoever only looks gets the text. */
  get refusal(): BackworksError | undefined {
    return this.#content().refusal;
  }

  #content(): Parsed {
    return (this.#parsed ??= parse(this, this.#type, this.#limits));
  }
}

/** A body that somebody else has read and parsed before us, as `express.json()` does. */
export function toReceivedBody(value: unknown, contentType: string, limits: ContentLimits): ReceivedBody {
  if (value instanceof Uint8Array) return new ReceivedBody(value, contentType, limits);
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return typeof value === "string"
    ? new ReceivedBody(Buffer.from(text), contentType, limits)
    : new ParsedBody(Buffer.from(text), value);
}

class ParsedBody extends ReceivedBody {
  readonly #value: unknown;

  constructor(bytes: Uint8Array, value: unknown) {
    super(bytes);
    this.#value = value;
  }

  override get value(): JsonValue | undefined {
    // The parser before us made it from JSON or a form, so it is a JSON value.
    return this.bytes.length === 0 ? undefined : (this.#value as JsonValue);
  }

  override get refusal(): BackworksError | undefined {
    const key = findForbiddenKey(this.#value);
    return key === undefined ? undefined : new BackworksError("BW_REQUEST_KEY", { key });
  }
}

function parse(body: ReceivedBody, contentType: string, limits: ContentLimits): Parsed {
  if (body.bytes.length === 0) return { value: undefined, refusal: undefined };
  const type = parseMediaType(contentType);
  try {
    return { value: parseAs(type, body, limits), refusal: undefined };
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    // Nobody said that it is JSON, so that broken JSON is a text like any other.
    const guessed = contentType === "" && error.code === "BW_REQUEST_JSON";
    return { value: body.text, refusal: guessed ? undefined : error };
  }
}

function parseAs(type: MediaType, body: ReceivedBody, limits: ContentLimits): JsonValue {
  if (isJsonType(type)) return parseTypedJson(type, body, limits);
  if (type.name === "application/x-www-form-urlencoded") {
    checkFields(body.text, limits.queryPairs);
    return parseFields(body.text);
  }
  if (type.name === "multipart/form-data") {
    return parseMultipart(body.bytes, type.parameters.get("boundary"), limits.queryPairs);
  }
  // Nobody said what it is: what looks like JSON is tried as such.
  if (type.name === "" && /^\s*[[{]/.test(body.text)) return parseJson(body, limits);
  return body.text;
}

/** Source: RFC 8259, 8.1: JSON between systems is UTF-8, of which US-ASCII is a part. */
function parseTypedJson(type: MediaType, body: ReceivedBody, limits: ContentLimits): JsonValue {
  const charset = type.parameters.get("charset");
  if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    const details = { type: `${type.name} in another charset`, expected: `${type.name} in UTF-8` };
    throw new BackworksError("BW_REQUEST_MEDIA_TYPE", details);
  }
  if (!isUtf8(body.bytes)) throw new BackworksError("BW_REQUEST_JSON", { problem: "it is not UTF-8" });
  return parseJson(body, limits);
}
