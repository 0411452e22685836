import { BackworksError } from "@backworks/core";
import { toFieldName } from "./field-name.ts";
import { isHopByHop, namedByConnection } from "./hop-by-hop.ts";
import { viaOfAnswers } from "./via.ts";

/** Names and values in turn, as a client library has them. */
export type RawHeaders = readonly (Buffer | string)[];

/**
 * The header fields of an answer that go on, names in lower case and values in turn, repeated ones apart and in order.
 *
 * @throws BW_UPSTREAM_PROTOCOL, in the name of the upstream, for a transfer coding that nobody has undone (RFC 9112, 6.1)
 */
export function toResponseHeaders(raw: RawHeaders, via: boolean, upstream: string): string[] {
  const flat: string[] = [];
  let connection: string | undefined;
  for (let index = 0; index < raw.length; index += 2) {
    const name = toFieldName(raw[index]);
    if (name.text === "connection") connection = joined(connection, toText(raw[index + 1]));
    else if (!name.isHopByHop) flat.push(name.text, toText(raw[index + 1]));
    else if (name.text === "transfer-encoding") refuseCoding(toText(raw[index + 1]), upstream);
  }
  const named = namedByConnection(connection);
  const kept = named === undefined ? flat : withoutHops(flat, named);
  if (via) kept.push("via", viaOfAnswers);
  return kept;
}

/** What bytes would have to be undone of: the client would take them for the body as it is. A word that nobody knows codes nothing. */
const undone = /(?:^|,)\s*(?:(?:x-)?(?:gzip|compress)|deflate)\s*(?:[,;]|$)/i;

function refuseCoding(coding: string, upstream: string): void {
  if (coding === "chunked" || !undone.test(coding)) return;
  throw new BackworksError("BW_UPSTREAM_PROTOCOL", {
    upstream,
    problem: `its transfer coding ${coding} was not undone`,
  });
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before},${value}`;
}

/** Trailers, without what must not stand there (RFC 9110, 6.5.1). */
export function toTrailers(raw: RawHeaders | null): readonly string[] {
  if (raw === null || raw.length === 0) return noTrailers;
  const flat = withoutHops(
    raw.map((part) => toText(part)),
    undefined,
  );
  return flat.filter((_, index) => !isOfMessage((flat[index - (index % 2)] ?? "").toLowerCase()));
}

const noTrailers: readonly string[] = [];

/** Fields that decide how a message is framed, routed or shown to be allowed. */
const ofMessage: ReadonlySet<string> = new Set([
  "authorization",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "host",
  "set-cookie",
  "trailer",
]);

function isOfMessage(name: string): boolean {
  return ofMessage.has(name);
}

function withoutHops(flat: string[], named: ReadonlySet<string> | undefined): string[] {
  let kept = 0;
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] ?? "";
    if (isHopByHop(name.toLowerCase(), named)) continue;
    flat[kept] = name;
    flat[kept + 1] = flat[index + 1] ?? "";
    kept += 2;
  }
  flat.length = kept;
  return flat;
}

/** Header fields are bytes; Node writes them as Latin 1 again. */
function toText(part: Buffer | string | undefined): string {
  return typeof part === "string" ? part : (part?.toString("latin1") ?? "");
}

/** Whether an answer has no body, whatever its fields say. Source: RFC 9110, 6.4.1. */
export function isBodiless(status: number, method: string): boolean {
  return method === "HEAD" || status === 204 || status === 205 || status === 304;
}
