import type { Exchange } from "@backworks/core";
import { isHopByHop, namedByConnection } from "./hop-by-hop.ts";
import type { Forwarded } from "./forwarded.ts";

/** What the head of a request is made by, decided when the endpoint is compiled. */
export interface RequestHeadParts {
  readonly forwarded: Forwarded | undefined;
  /** Who we are to other proxies; `undefined` for nobody. */
  readonly via: string | undefined;
  readonly preserveHost: boolean;
}

/** What goes along: nothing came, what came does not go on, it goes on as it comes, or as bytes that are there. */
export type BodyKind = "none" | "dropped" | "stream" | "bytes";

/** Fields that describe a body, for a request that has none any more. */
const ofBody: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "trailer",
]);

/**
 * The header fields that go to the upstream, names in lower case and values in turn, in the order in which they came.
 *
 * `host` is left out unless the client's is kept; the connection knows its own.
 */
export function toRequestHeaders(exchange: Exchange, body: BodyKind, parts: RequestHeadParts): string[] {
  const { rawHeaders, headers } = exchange.request;
  const { forwarded } = parts;
  const named = namedByConnection(headers["connection"] as string | undefined);
  const out: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    if (name === "host" || isHopByHop(name, named) || isReplaced(name, body)) continue;
    if (forwarded?.replaces(name, exchange) === true) continue;
    out.push(name, rawHeaders[index + 1] ?? "");
  }
  addOwn(exchange, out, parts);
  return out;
}

function addOwn(exchange: Exchange, out: string[], { forwarded, via, preserveHost }: RequestHeadParts): void {
  const { host, te } = exchange.request.headers;
  // What an address in the first line says wins over the field (RFC 9112, 3.2.2), and core has put it there.
  if (preserveHost && host !== undefined) out.push("host", String(host));
  // Source: RFC 9110, 10.1.4: the only one of its values that concerns more than one connection.
  if (te !== undefined && /(?:^|,)\s*trailers\s*(?:,|;|$)/i.test(String(te))) out.push("te", "trailers");
  if (via !== undefined) out.push("via", `1.1 ${via}`);
  forwarded?.add(exchange, out);
}

/** A body that was read has its codings undone, and a length of its own. */
function isReplaced(name: string, body: BodyKind): boolean {
  if (body === "stream") return false;
  if (body === "none") return name === "expect";
  if (body === "dropped") return ofBody.has(name);
  return name === "content-length" || name === "content-encoding" || name === "expect" || name === "trailer";
}
