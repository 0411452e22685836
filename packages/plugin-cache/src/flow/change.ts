import type { Exchange, MaybePromise, Next, ResponseInit } from "@backworks/core";
import { normalQuery, normalText } from "../rules/normal-url.ts";
import { urlTag } from "./look.ts";
import { fillTags } from "./policy.ts";
import type { CachedEndpoint, Policy } from "./policy.ts";
import { ownUrl, urlIn } from "./own-url.ts";
import { keepPosted, keepableOf, mayBeKept } from "./posted.ts";
import { purge } from "./purge.ts";

/** Methods that change nothing (RFC 9110, 9.2.1). */
const safe = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Has the handler answer, and throws away what is stored of what the request changed.
 *
 * Source: RFC 9111, 4.4.
 */
export function change(endpoint: CachedEndpoint, exchange: Exchange, next: Next): MaybePromise<ResponseInit> {
  if (mayBeKept(endpoint.policy, exchange)) return changeAndKeep(endpoint, exchange, next);
  const answer = next(exchange);
  if (safe.has(exchange.request.method)) return answer;
  return answer instanceof Promise
    ? answer.then((response) => finish(endpoint, exchange, response))
    : finish(endpoint, exchange, answer);
}

/** The answer to a POST may be what a GET gets from then on. */
async function changeAndKeep(endpoint: CachedEndpoint, exchange: Exchange, next: Next): Promise<ResponseInit> {
  const before = await endpoint.context.store.moment();
  const answer = await next(exchange);
  const keepable = await keepableOf(endpoint, exchange, { answer, before, next });
  const response = await finish(endpoint, exchange, answer);
  return keepable === undefined ? response : keepPosted(endpoint, response, keepable);
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

/** Tags of the URL that was asked, and of those the answer names, of the same host. */
function changedBy({ query }: Policy, { request }: Exchange, response: ResponseInit): string[] {
  const own = ownUrl(request);
  const named = ["location", "content-location"].flatMap((name) => {
    const url = urlIn(response, name, own);
    return url === undefined || url.host !== own.host ? [] : [url];
  });
  const tags = named.map((url) => urlTag(normalText(url.pathname), normalQuery(url.search.slice(1), query)));
  return [urlTag(normalText(request.path), normalQuery(request.search, query)), ...tags];
}
