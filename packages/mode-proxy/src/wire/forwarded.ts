import type { Exchange } from "@backworks/core";
import type { ForwardedKind } from "../options/plan.ts";

/** Writes who asks. Names are in lower case. */
export interface Forwarded {
  /** Whether what came under this name does not go on as it is. */
  replaces(name: string, exchange: Exchange): boolean;
  /** Adds the fields at the end of a flat list. */
  add(exchange: Exchange, headers: string[]): void;
}

const xNames: ReadonlySet<string> = new Set([
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/**
 * Tells the upstream who asks and what was asked for.
 *
 * A proxy that `server.trust_proxy` trusts has its peer added to what it says. What anybody else says of itself is thrown away, whichever of the
 * two forms it has.
 */
export function createForwarded(kind: ForwardedKind): Forwarded | undefined {
  if (kind === "off") return undefined;
  const writesX = kind !== "rfc7239";
  const writesStandard = kind !== "x";
  return {
    replaces(name, { request }) {
      if (name === "forwarded") return writesStandard || !request.peer.trusted;
      return xNames.has(name) && (writesX || !request.peer.trusted);
    },
    add(exchange, headers) {
      if (writesX) addX(exchange, headers);
      if (writesStandard) addStandard(exchange, headers);
    },
  };
}

const nothing: Exchange["request"]["headers"] = {};

function addX({ request }: Exchange, headers: string[]): void {
  const { address, trusted, encrypted, localPort } = request.peer;
  const given = trusted ? request.headers : nothing;
  const before = given["x-forwarded-for"];
  headers.push("x-forwarded-for", before === undefined ? address : `${String(before)}, ${address}`);
  headers.push("x-forwarded-proto", String(given["x-forwarded-proto"] ?? (encrypted ? "https" : "http")));
  const host = given["x-forwarded-host"] ?? request.headers["host"];
  if (host !== undefined) headers.push("x-forwarded-host", String(host));
  const port = given["x-forwarded-port"] ?? localPort;
  if (port !== undefined) headers.push("x-forwarded-port", String(port));
}

/** Source: RFC 7239, 4 to 6. */
function addStandard({ request }: Exchange, headers: string[]): void {
  const { address, trusted, encrypted } = request.peer;
  const host = request.headers["host"];
  const named = host === undefined ? "" : `;host=${toValue(String(host))}`;
  const element = `for=${toNode(address)}${named};proto=${encrypted ? "https" : "http"}`;
  const before = trusted ? request.headers["forwarded"] : undefined;
  headers.push("forwarded", before === undefined ? element : `${String(before)}, ${element}`);
}

/** An address as a node: one of IPv6 stands in brackets and quotes. Within the process there is none. */
function toNode(address: string): string {
  if (address === "") return "unknown";
  return address.includes(":") ? `"[${address}]"` : address;
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** The host that was written last: most clients name the same. */
const last = { host: "", value: "" };

function toValue(host: string): string {
  if (host === last.host) return last.value;
  last.value = token.test(host) ? host : `"${host.replaceAll(/["\\]/g, "\\$&")}"`;
  last.host = host;
  return last.value;
}
