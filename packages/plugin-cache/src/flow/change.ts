import { HeaderList } from "@backworks/core";
import type { Exchange, MaybePromise, Next, ResponseInit } from "@backworks/core";
import { normalQuery, normalText } from "../rules/normal-url.ts";
import type { CacheContext } from "./context.ts";
import { urlTag } from "./look.ts";
import { fillTags } from "./policy.ts";
import type { CachedEndpoint, Policy } from "./policy.ts";

/** Methods that change nothing (RFC 9110, 9.2.1). */
const safe = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Has the handler answer, and throws away what is stored of what the request changed.
 *
 * Source: RFC 9111, 4.4.
 */
export function change(endpoint: CachedEndpoint, exchange: Exchange, next: Next): MaybePromise<ResponseInit> {
  const answer = next(exchange);
  if (safe.has(exchange.request.method)) return answer;
  return answer instanceof Promise
    ? answer.then((response) => finish(endpoint, exchange, response))
    : finish(endpoint, exchange, answer);
}

function finish(
  { context, policy }: CachedEndpoint,
  exchange: Exchange,
  answer: ResponseInit | undefined,
): MaybePromise<ResponseInit> {
  const response = answer ?? exchange.response ?? { status: 204 };
  if ((response.status ?? 200) >= 400) return response;
  const own = fillTags(policy.purges, exchange.request.params);
  const purged = purge(context, [...changedBy(policy, exchange, response), ...own]);
  return purged instanceof Promise ? purged.then(() => response) : response;
}

/** Throws away what has one of these tags; whether that is done everywhere. */
export function purge({ store, flights, numbers }: CacheContext, tags: readonly string[]): MaybePromise<boolean> {
  numbers.purges += tags.length;
  const done = store.purge(tags);
  // What is under way may have been answered before; who asks from now on must not get that.
  flights.forget();
  return done;
}

/** Tags of the URL that was asked, and of those the answer names, of the same host. */
function changedBy({ query }: Policy, { request }: Exchange, response: ResponseInit): string[] {
  const headers = HeaderList.from(response.headers);
  const host = String(request.headers["host"] ?? "").toLowerCase();
  const own = new URL(`http://${host === "" ? "localhost" : host}${request.url}`);
  const named = ["location", "content-location"].flatMap((name) => {
    const text = headers.get(name);
    const url = text === undefined || !URL.canParse(text, own.href) ? undefined : new URL(text, own.href);
    return url === undefined || url.host !== own.host ? [] : [url];
  });
  const tags = named.map((url) => urlTag(normalText(url.pathname), normalQuery(url.search.slice(1), query)));
  return [urlTag(normalText(request.path), normalQuery(request.search, query)), ...tags];
}
