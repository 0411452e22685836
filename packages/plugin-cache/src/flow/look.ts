import { identityOf } from "@backworks/core";
import type { Exchange, Identity, Next } from "@backworks/core";
import { hasPrecondition } from "../rules/conditions.ts";
import { normalField } from "../rules/normal-field.ts";
import { normalQuery, normalText } from "../rules/normal-url.ts";
import { noWishes, wishesOf } from "../rules/wishes.ts";
import type { Wishes } from "../rules/wishes.ts";
import { isCredential, proxyFields } from "../request/fields.ts";
import type { FieldPlace } from "../request/fields.ts";
import type { CachedEndpoint, Policy } from "./policy.ts";

/** What says who asks, as far as that does not lead past the cache. */
export interface Asker {
  /** Of a request that goes on with what says so; empty for nobody. No part of what is stored. */
  readonly who: string;
  /** As a plugin said it, where the handler is to know it. */
  readonly identity: Identity | undefined;
}

/** A request as the cache sees it. */
export interface Look extends Asker {
  readonly policy: Policy;
  readonly exchange: Exchange;
  readonly next: Next;
  readonly wishes: Wishes;
  /** In one spelling, as the handler gets it. */
  readonly path: string;
  readonly search: string;
  /** Of the URL, with what always counts. */
  readonly baseKey: string;
  /** Fields that always count. */
  readonly keyed: readonly string[];
  /** How long it may wait for the store. */
  readonly untilMs: number;
  /** What is asked for, when that is one part by itself. */
  readonly part: Part | undefined;
}

/** One stretch of an answer, stored as it came and used for who asks for the same. */
export interface Part {
  /** The field `Range`. */
  readonly range: string;
  /** The same request without it: what a source answers that gives no parts. */
  readonly whole: Look;
}

/** `undefined` when the request says who asks, brings a body, or asks its server to check something first: then it goes through as it came. */
export function lookAt({ context, policy }: CachedEndpoint, exchange: Exchange, next: Next): Look | undefined {
  const { headers } = exchange.request;
  const asker = whoAsks(policy, exchange);
  if (asker === undefined || hasPrecondition(headers)) return undefined;
  if ((headers["content-length"] ?? "0") !== "0" || headers["transfer-encoding"] !== undefined) return undefined;
  return lookOf(policy, exchange, { next, ...asker, untilMs: context.store.patience() });
}

/** What of a request says who asks; `undefined` when it goes past the cache therefore. */
export function whoAsks(policy: Policy, exchange: Exchange): Asker | undefined {
  const { headers } = exchange.request;
  let who = "";
  for (const name in headers) {
    if (policy.place(name) !== "credential") continue;
    if (policy.trust !== "all") return undefined;
    who += `\n${name}:${String(headers[name])}`;
  }
  const identity = identityOf(exchange);
  if (identity === undefined) return { who, identity };
  if (policy.trust === "all") return { who: who + identityPart(identity), identity };
  const settled = credentialsOf(policy, headers);
  // A plugin knows it from something that is not named.
  if (settled.length === 0) return undefined;
  return { who, identity: settled.includes("key") ? identity : undefined };
}

/** What the configuration says of the fields of a request that say who asks: that they count, or are left out. */
function credentialsOf({ place }: Policy, headers: RequestHeaders): readonly FieldPlace[] {
  return Object.keys(headers).filter(isCredential).map(place);
}

function identityPart(identity: Identity): string {
  return `\nidentity:${JSON.stringify(identity)}`;
}

/** Of a GET of the URL that was asked, whatever was asked of it. */
export function lookOf(
  policy: Policy,
  exchange: Exchange,
  { next, who, identity, untilMs }: Pick<Look, "next" | "who" | "identity" | "untilMs">,
): Look {
  const { request, route } = exchange;
  const { headers } = request;
  const path = normalText(request.path);
  const search = normalQuery(request.search, policy.query);
  const keyed = keyedFields(policy, exchange);
  let baseKey = `${route?.identity ?? policy.endpoint} ${hostOf(headers["host"])} ${path}?${search}`;
  for (const name of keyed) baseKey += fieldPart(name, headers);
  if (identity !== undefined && policy.trust !== "all") baseKey += identityPart(identity);
  const wishes = policy.heedsRequests ? wishesOf(headers) : noWishes();
  return { policy, exchange, next, wishes, path, search, baseKey, keyed, who, identity, untilMs, part: undefined };
}

/** In lower case: a name has no other meaning in another. */
export function hostOf(host: string | string[] | undefined): string {
  return typeof host === "string" ? host.toLowerCase() : "";
}

/** A trusted proxy's word on what was asked for is part of what is asked for. */
function keyedFields({ vary }: Policy, { request }: Exchange): readonly string[] {
  const { headers } = request;
  const told = proxyFields.filter((name) => headers[name] !== undefined && !vary.includes(name));
  return told.length > 0 && request.peer.trusted ? [...vary, ...told] : vary;
}

type RequestHeaders = Exchange["request"]["headers"];

/** A field that is not there is another one than an empty one. */
function fieldPart(name: string, headers: RequestHeaders): string {
  const value = normalField(name, headers[name]);
  return value === undefined ? `\n${name}` : `\n${name}:${value}`;
}

/** With these, what is answered is not a matter of the range alone. */
const conditions = ["if-range", "if-none-match", "if-modified-since", "if-match", "if-unmodified-since"];

/** A request that asks for one part as one of its own; `undefined` for any other. */
export function asPart(whole: Look): Look | undefined {
  const { method, headers } = whole.exchange.request;
  const { range } = headers;
  if (method !== "GET" || range === undefined || !/^bytes=(?:\d+-\d*|-\d+)$/.test(String(range))) return undefined;
  if (conditions.some((name) => headers[name] !== undefined)) return undefined;
  return { ...whole, baseKey: `${whole.baseKey}\n${String(range)}`, part: { range: String(range), whole } };
}

/** The key of an answer that depends on these fields too. */
export function keyFor({ baseKey, exchange }: Look, names: readonly string[]): string {
  if (names.length === 0) return baseKey;
  return names.reduce((key, name) => key + fieldPart(name, exchange.request.headers), `${baseKey}\n`);
}

/** Whether all these fields are part of the key of an answer that depends on those. */
export function hasAll({ keyed }: Look, names: readonly string[], fields: readonly string[]): boolean {
  return fields.every((name) => names.includes(name) || keyed.includes(name));
}

/** The key of what is under way: who says who they are waits for nobody else's answer. */
export function flightKey(look: Look, names: readonly string[]): string {
  return keyFor(look, names) + look.who;
}

/** The key under which it is remembered that answers are for one. */
export function passKey({ baseKey, who }: Look): string {
  return baseKey + who;
}

/** The tag under which everything stored of a URL is thrown away, whatever host and fields it was asked with. */
export function urlTag(path: string, search: string): string {
  return search === "" ? `url:${path}` : `url:${path}?${search}`;
}
