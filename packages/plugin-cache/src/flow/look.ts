import type { Exchange, Next } from "@backworks/core";
import { normalField } from "../rules/normal-field.ts";
import { normalQuery, normalText } from "../rules/normal-url.ts";
import { noWishes, wishesOf } from "../rules/wishes.ts";
import type { Wishes } from "../rules/wishes.ts";
import { proxyFields } from "../request/fields.ts";
import type { Policy } from "./policy.ts";

/** A request as the cache sees it. */
export interface Look {
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
}

/** `undefined` when the request says who asks, or brings a body: then it goes through as it came. */
export function lookAt(policy: Policy, exchange: Exchange, next: Next): Look | undefined {
  const { request, route } = exchange;
  const { headers } = request;
  for (const name in headers) if (policy.place(name) === "credential") return undefined;
  if ((headers["content-length"] ?? "0") !== "0" || headers["transfer-encoding"] !== undefined) return undefined;
  const path = normalText(request.path);
  const search = normalQuery(request.search, policy.query);
  const keyed = keyedFields(policy, exchange);
  let baseKey = `${route?.identity ?? policy.endpoint} ${hostOf(headers["host"])} ${path}?${search}`;
  for (const name of keyed) baseKey += fieldPart(name, headers);
  const wishes = policy.heedsRequests ? wishesOf(headers) : noWishes();
  return { policy, exchange, next, wishes, path, search, baseKey, keyed };
}

function hostOf(host: string | string[] | undefined): string {
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

/** The key of an answer that depends on these fields too. */
export function keyFor({ baseKey, exchange }: Look, names: readonly string[]): string {
  if (names.length === 0) return baseKey;
  return names.reduce((key, name) => key + fieldPart(name, exchange.request.headers), `${baseKey}\n`);
}

/** The tag under which everything stored of a URL is thrown away, whatever host and fields it was asked with. */
export function urlTag(path: string, search: string): string {
  return search === "" ? `url:${path}` : `url:${path}?${search}`;
}
