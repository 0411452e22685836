import type { IncomingMessage } from "node:http";
import type { Peer } from "../exchange.ts";
import { isInRange, parseIp, toPlainIp } from "../ip-address.ts";
import type { TrustedProxies } from "../model/app.ts";

/**
 * The address of the client: that of the other end of the connection, or what proxies that are trusted say of it.
 *
 * Proxies append to what they get, so only the right end of the list is theirs: it is read from there, and no further than
 * the first address that is not trusted. What is no address ends the reading as well.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trusted: TrustedProxies): string {
  const peer = socket.remoteAddress ?? "";
  if (trusted === false) return toPlainPeer(peer);
  let client = toPlainPeer(peer);
  const named = namedIn(headers);
  for (let hop = 0; hop < named.length; hop += 1) {
    const next = named[named.length - 1 - hop];
    if (next === undefined || !isTrusted(client, hop, trusted)) break;
    client = next;
  }
  return client;
}

/** The other end of the connection. */
export function peerOf({ socket }: IncomingMessage, trusted: TrustedProxies): Peer {
  const address = toPlainPeer(socket.remoteAddress ?? "");
  // Connections within the process have no port.
  const { localPort } = socket as { readonly localPort?: number };
  return { address, trusted: isTrusted(address, 0, trusted), encrypted: "encrypted" in socket, localPort };
}

/** Most peers have an IPv4 address as it is; others are brought to one spelling. */
function toPlainPeer(peer: string): string {
  return peer.includes(":") ? (toPlainIp(peer) ?? peer) : peer;
}

function isTrusted(address: string, hop: number, trusted: TrustedProxies): boolean {
  if (typeof trusted === "boolean") return trusted;
  if (typeof trusted === "number") return hop < trusted;
  const parsed = parseIp(address);
  return parsed !== undefined && trusted.some((range) => isInRange(parsed, range));
}

type Named = readonly (string | undefined)[];

/** The clients that proxies name, the one of the nearest proxy last; `undefined` for what is no address. */
function namedIn(headers: IncomingMessage["headers"]): Named {
  const listed = headers["x-forwarded-for"];
  if (listed !== undefined) return elementsOf(String(listed), ",").map((element) => toAddress(element));
  const { forwarded } = headers;
  return forwarded === undefined ? [] : elementsOf(forwarded, ",").map((element) => nodeOf(element));
}

/** `for` of one element of Forwarded. Source: RFC 7239, 4 and 6; a name in place of an address is nobody's address. */
function nodeOf(element: string): string | undefined {
  for (const pair of elementsOf(element, ";")) {
    const found = /^for\s*=\s*(?:"([^"\\]*)"|([^"\s]+))$/i.exec(pair);
    if (found !== null) return toAddress(found[1] ?? found[2] ?? "");
  }
  return undefined;
}

/** An address without its port: `192.0.2.1:80`, `[2001:db8::1]:80`. */
function toAddress(text: string): string | undefined {
  const found = /^\[([^\]]*)\](?::\w{1,5})?$|^([^:]+)(?::\w{1,5})?$/.exec(text);
  return toPlainIp(found?.[1] ?? found?.[2] ?? text);
}

/** Parts between separators that stand outside of quotes; empty ones are left out (RFC 9110, 5.6.1). */
function elementsOf(text: string, separator: string): string[] {
  const elements: string[] = [];
  let quoted = false;
  let start = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const sign = text[index];
    if (sign === '"') quoted = !quoted;
    else if (sign === "\\" && quoted) index += 1;
    if (index < text.length && (quoted || sign !== separator)) continue;
    const element = text.slice(start, index).trim();
    if (element !== "") elements.push(element);
    start = index + 1;
  }
  return elements;
}
