import type { HeaderList, JsonValue } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import * as zlib from "node:zlib";
import { promisify } from "node:util";

/** A body as functions of users and maps see it. */
export type Content = JsonValue | Uint8Array;

type Decode = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

/** Source: RFC 9110, 8.4.1. */
const codings: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ["gzip", promisify(zlib.gunzip) as Decode],
  ["x-gzip", promisify(zlib.gunzip) as Decode],
  ["deflate", promisify(zlib.inflate) as Decode],
  ["br", promisify(zlib.brotliDecompress) as Decode],
]);

/** What an upstream may code with, when its answers are changed. */
export const knownCodings = "gzip, deflate, br";

/**
 * Undoes the codings of a body.
 *
 * @throws BW_PROXY_TRANSFORM_FAILED, BW_UPSTREAM_TOO_LARGE
 */
export async function decodeContent(bytes: Uint8Array, field: string | undefined, limit: number): Promise<Uint8Array> {
  const names = (field ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  let decoded = bytes;
  for (const name of names.toReversed()) {
    const decode = codings.get(name);
    if (decode === undefined) throw failed(`its content coding ${name} is not known`);
    decoded = await decode(decoded, { maxOutputLength: Math.max(1, limit) }).catch((cause: unknown) => {
      if (isTooLarge(cause)) throw new BackworksError("BW_UPSTREAM_TOO_LARGE", { limit });
      throw failed(`it is not ${name}, as its content-encoding says`, cause);
    });
  }
  return decoded;
}

function failed(problem: string, cause?: unknown): BackworksError {
  return new BackworksError("BW_PROXY_TRANSFORM_FAILED", { what: "the answer", problem }, { cause });
}

function isTooLarge(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

/** Whether a content type is one of JSON. Source: RFC 6839, 3.1. */
export function isJson(type: string | undefined): boolean {
  return /^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i.test(type ?? "");
}

/** JSON as its value, a text as such, anything else as bytes; broken JSON is a text. */
export function readContent(bytes: Uint8Array, type: string | undefined): Content {
  if (bytes.length === 0) return null;
  if (isJson(type)) {
    const text = textOf(bytes);
    try {
      // JSON is what JSON.parse gives.
      return JSON.parse(text) as JsonValue;
    } catch {
      return text;
    }
  }
  return /^\s*text\//i.test(type ?? "") ? textOf(bytes) : bytes;
}

/** What is wrong with a body that a function of a user gave; `undefined` for nothing that is seen without writing it. */
export function problemOfBody(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || body instanceof Uint8Array) return undefined;
  if ("then" in body && typeof body.then === "function") return "gave a promise for a body: await it";
  const isStream = "pipe" in body || "getReader" in body || Symbol.asyncIterator in body;
  return isStream ? "gave a stream for a body: give bytes, a text or what has a JSON form" : undefined;
}

/** A body to send; the content type of what is no longer what it says. @throws TypeError for what has no JSON form */
export function writeContent(content: Content | undefined): { readonly bytes: Uint8Array; readonly type: string } {
  if (content instanceof Uint8Array) return { bytes: content, type: "application/octet-stream" };
  if (content === undefined || content === null) return { bytes: new Uint8Array(0), type: "" };
  if (typeof content === "string") return { bytes: Buffer.from(content), type: "text/plain; charset=utf-8" };
  // What users give may be a function, of which there is none.
  const json = JSON.stringify(content) as string | undefined;
  if (json === undefined) throw new TypeError("it has no JSON form");
  return { bytes: Buffer.from(json), type: "application/json" };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What says something of the bytes of a body, and holds no longer when it was changed. */
export const contentFields: readonly string[] = [
  "content-encoding",
  "content-length",
  "content-md5",
  "content-digest",
  "repr-digest",
  "digest",
  "accept-ranges",
];

/**
 * Takes back what headers say of a body that was changed.
 *
 * Source: RFC 9110, 8.8.3: a strong validator is of exactly these bytes; a weak one of what they mean, which stays the same as long as the
 * upstream's is.
 */
export function forgetContent(headers: HeaderList): void {
  for (const name of contentFields) headers.delete(name);
  const tag = headers.get("etag");
  if (tag !== undefined && !tag.startsWith("W/")) headers.set("etag", `W/${tag}`);
}
