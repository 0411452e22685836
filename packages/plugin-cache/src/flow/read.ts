import type { Exchange, MaybePromise, Next, ResponseInit } from "@backworks/core";
import type { Forward } from "../rules/cache-status.ts";
import { ageOf, useOf } from "../rules/use.ts";
import { wishesOf } from "../rules/wishes.ts";
import type { Stored, StoredAnswer } from "../stored.ts";
import type { CacheContext } from "./context.ts";
import { fetchShared, renewLater } from "./fetch.ts";
import { hit } from "./hit.ts";
import { asPart, flightKey, keyFor, lookAt, passKey } from "./look.ts";
import type { Look } from "./look.ts";
import { forward, refuseOnly } from "./forward.ts";
import { askHead } from "./head.ts";
import type { CachedEndpoint } from "./policy.ts";
import type { Found } from "./found.ts";

/** A GET or HEAD: by what is stored where that may be used, otherwise by the handler. */
export function read(endpoint: CachedEndpoint, exchange: Exchange, next: Next): MaybePromise<ResponseInit> {
  const { context } = endpoint;
  const look = lookAt(endpoint, exchange, next);
  if (look === undefined || look.wishes.noStore) {
    context.numbers.bypassed += 1;
    if (endpoint.policy.heedsRequests && wishesOf(exchange.request.headers).onlyIfCached) return refuseOnly();
    return forward(context, { exchange, next, reason: "bypass" });
  }
  const found = context.store.get(look.baseKey, look.untilMs);
  return isThenable(found) ? found.then((item) => follow(context, look, item)) : follow(context, look, found);
}

/** What is found of a URL says on which fields its answers depend, or is the answer. */
function follow(context: CacheContext, look: Look, item: Stored | undefined): MaybePromise<ResponseInit> {
  if (item?.kind !== "vary") return decide(context, { look, names: [], answer: item });
  return lookFurther(context, look, item.names);
}

/** What is stored for a request whose URL's answers depend on these fields. */
function lookFurther(context: CacheContext, look: Look, names: readonly string[]): MaybePromise<ResponseInit> {
  const found = context.store.get(keyFor(look, names), look.untilMs);
  if (!isThenable(found)) return decide(context, { look, names, answer: onlyAnswer(found) });
  return found.then((answer) => decide(context, { look, names, answer: onlyAnswer(answer) }));
}

function onlyAnswer(item: Stored | undefined): StoredAnswer | undefined {
  return item?.kind === "answer" ? item : undefined;
}

function decide(context: CacheContext, found: Found): MaybePromise<ResponseInit> {
  const { look, answer } = found;
  if (answer === undefined) return missed(context, found);
  const nowMs = context.clock.now();
  const use = useOf(answer, look.wishes, nowMs);
  if (use === "validate") return refer(context, found, isWished(found, nowMs) ? "request" : "stale");
  if (use === "while-revalidating") renewLater(context, found);
  return hit(context, look, { answer });
}

function missed(context: CacheContext, found: Found): MaybePromise<ResponseInit> {
  const part = found.look.part === undefined ? asPart(found.look) : undefined;
  if (part === undefined) return refer(context, found, found.names.length > 0 ? "vary-miss" : "uri-miss");
  const item = context.store.get(part.baseKey, part.untilMs);
  return isThenable(item) ? item.then((one) => follow(context, part, one)) : follow(context, part, item);
}

/** Whether it is the request that does not want it. */
function isWished({ look, answer }: Found, nowMs: number): boolean {
  return (
    answer !== undefined &&
    !answer.validatesAlways &&
    ageOf(answer, nowMs) < answer.lifetimeMs &&
    look.policy.heedsRequests
  );
}

/** To the handler, for many where that is possible. */
function refer(context: CacheContext, found: Found, reason: Forward): MaybePromise<ResponseInit> {
  const { look } = found;
  const { exchange, next } = look;
  if (look.wishes.onlyIfCached) return refuseOnly();
  context.numbers.misses += 1;
  if (isOfStored(found)) return askHead(context, found, reason);
  const forwarded = (): MaybePromise<ResponseInit> => forward(context, { exchange, next, reason, found });
  if (isForOne(context, found)) return forwarded();
  if (look.policy.luck.isOut && found.answer === undefined) {
    const response = context.flights.alone(flightKey(look, found.names), forwarded);
    if (response !== undefined) return response;
  }
  return fetchShared(context, found, { reason, lookAgain: (names) => lookFurther(context, look, names) });
}

/** A HEAD whose answer may tell of what is stored. */
function isOfStored({ look, answer }: Found): boolean {
  return answer !== undefined && look.exchange.request.method === "HEAD" && look.who === "" && look.policy.headTells;
}

/** A request that no answer for many can come of. */
function isForOne({ passes, clock }: CacheContext, { look, answer }: Found): boolean {
  const { method, headers } = look.exchange.request;
  if (method !== "GET" || (headers["range"] !== undefined && look.part === undefined)) return true;
  return answer === undefined && (passes.get(passKey(look)) ?? 0) > clock.now();
}

export function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
