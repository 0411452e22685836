import { HeaderList } from "@backworks/core";
import type { Exchange, Next, ResponseInit } from "@backworks/core";
import { brokenBody, collect } from "../answer/collect.ts";
import { controlOf, explicitLifetimeMs } from "../rules/freshness.ts";
import type { Head } from "../rules/storable.ts";
import { judgeAnswer } from "../rules/storable.ts";
import { keep, tagsOf } from "./keep.ts";
import type { Keepable } from "./keep.ts";
import { lookOf, whoAsks } from "./look.ts";
import type { Look } from "./look.ts";
import { ownUrl, urlIn } from "./own-url.ts";
import type { CachedEndpoint, Policy } from "./policy.ts";

/** Whether the answer to a request may be what GETs after it get: all that it is made of must count, or be named by `Vary`. */
export function mayBeKept(policy: Policy, exchange: Exchange): boolean {
  return exchange.request.method === "POST" && policy.trust === "all" && whoAsks(policy, exchange)?.who === "";
}

/** The answer to a POST before anything is thrown away for it. */
interface Posted {
  readonly answer: ResponseInit | undefined;
  /** The store's count of purges when it was asked for; `undefined` when nothing can be stored. */
  readonly before: number | undefined;
  readonly next: Next;
}

/** What is stored of the answer to a POST once what it changed was thrown away. */
interface KeepablePost extends Pick<Keepable, "verdict"> {
  readonly head: Head;
  readonly look: Look;
  readonly asOf: number;
}

/**
 * Whether the answer to a POST says that it is what a GET gets: with a time of its own, and the URL that was asked as its `Content-Location`.
 *
 * Source: RFC 9110, 9.3.3.
 */
export async function keepableOf(
  { context, policy }: CachedEndpoint,
  exchange: Exchange,
  { answer, before, next }: Posted,
): Promise<KeepablePost | undefined> {
  if (answer === undefined || before === undefined) return undefined;
  const { store, clock } = context;
  const head: Head = { status: answer.status ?? 200, headers: HeaderList.from(answer.headers).copy() };
  const nowMs = clock.now();
  const verdict = judgeAnswer(head, policy.defaults, { requestMs: nowMs, responseMs: nowMs });
  if (typeof verdict === "string" || !isWhatGetsGet(head, exchange, { policy, nowMs })) return undefined;
  const look = lookOf(policy, exchange, { next, who: "", identity: undefined, untilMs: Infinity });
  const count = await store.moment();
  // With another change meanwhile, nobody knows which of the two it has seen.
  if (count === undefined || (await store.isVoid(tagsOf(look, head.headers, context), before))) return undefined;
  // Of the count that its own purge has; any other has a later one.
  return { head, look, verdict: { ...verdict, storedMs: nowMs }, asOf: count + 1 };
}

function isWhatGetsGet(
  { status, headers }: Head,
  { request }: Exchange,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): boolean {
  const control = controlOf(headers, policy.defaults.targeted);
  if (status !== 200 || (explicitLifetimeMs(headers, control, nowMs) ?? 0) <= 0) return false;
  const own = ownUrl(request);
  return urlIn({ headers }, "content-location", own)?.href === own.href;
}

/** Stores it; the answer as its client gets it. */
export async function keepPosted(
  { context, policy }: CachedEndpoint,
  response: ResponseInit,
  { head, look, verdict, asOf }: KeepablePost,
): Promise<ResponseInit> {
  const body = response.body ?? null;
  const { signal } = look.exchange;
  try {
    const { room, scheduler } = context;
    const collected = await collect(body, { maxBytes: policy.maxBytes, room, scheduler, signal });
    if (collected.kind === "long") return { ...response, body: collected.body };
    keep({ received: { head, asOf }, collected, verdict, names: verdict.vary }, look, context);
    const { type } = collected;
    if (type !== undefined && !head.headers.has("content-type")) head.headers.set("content-type", type);
    return { ...head, body: collected.bytes };
  } catch (error) {
    return { ...response, body: brokenBody(error) };
  }
}
