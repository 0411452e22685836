import { HeaderList } from "@backworks/core";
import type { ResponseInit } from "@backworks/core";
import { letGo } from "../answer/collect.ts";
import { toAsking } from "../request/ask.ts";
import type { Forward } from "../rules/cache-status.ts";
import { failures } from "../rules/use.ts";
import type { Trip } from "../rules/freshness.ts";
import { judgeAnswer } from "../rules/storable.ts";
import type { Head } from "../rules/storable.ts";
import { updatedFields } from "../rules/stored-fields.ts";
import type { StoredAnswer } from "../stored.ts";
import { answerTo } from "./answer-to.ts";
import type { CacheContext } from "./context.ts";
import { forward, withStatus } from "./forward.ts";
import { standIn } from "./hit.ts";
import { put, toStored } from "./keep.ts";
import { hasAll, keyFor } from "./look.ts";
import type { Found } from "./found.ts";

/**
 * A HEAD where something is stored that may not be used: asked with what counts only, since its answer may renew what many get.
 *
 * Where that would be another answer than the client's own, it is asked for again with all that the client said.
 */
export async function askHead(context: CacheContext, found: Found, reason: Forward): Promise<ResponseInit> {
  try {
    return await askWithoutBody(context, found, reason);
  } catch (error) {
    const stored = standIn(context, found);
    if (stored === undefined) throw error;
    return stored;
  }
}

async function askWithoutBody(context: CacheContext, found: Found, reason: Forward): Promise<ResponseInit> {
  const { look, names } = found;
  const { exchange, next } = look;
  const asked = toAsking(look, names, { method: "HEAD" });
  const { asking, withheld } = asked;
  exchange.onLeave(() => asking.abort());
  try {
    const requestMs = context.clock.now();
    const answer = await answerTo(look, asked);
    // It might answer what the client said beyond that.
    if (answer === undefined) return forward(context, { exchange, next, reason, found });
    const head: Head = { status: answer.status ?? 200, headers: HeaderList.from(answer.headers) };
    const trip = { requestMs, responseMs: context.clock.now() };
    learnFromHead(context, found, { ...head, trip });
    const stored = failures.has(head.status) ? standIn(context, found) : undefined;
    if (stored !== undefined) return (letGo(answer.body), stored);
    const isFaithful = !withheld || head.status >= 500 || judgesWell(head, found, trip);
    if (isFaithful) return withStatus(context, answer, { reason, status: head.status });
    letGo(answer.body);
  } finally {
    exchange.onLeave(undefined);
  }
  return forward(context, { exchange, next, reason, found });
}

function judgesWell(head: Head, { look }: Found, trip: Trip): boolean {
  return typeof judgeAnswer(head, look.policy.defaults, trip) !== "string";
}

/**
 * Renews what is stored by the answer to a HEAD, or throws it away when that tells of another one.
 *
 * Source: RFC 9111, 4.3.5.
 */
function learnFromHead(
  context: CacheContext,
  { look, names, answer }: Found,
  { trip, ...head }: Head & { readonly trip: Trip },
): void {
  if (answer === undefined || head.status !== 200) return;
  const key = keyFor(look, names);
  const headers = updatedFields(answer.headers, head.headers);
  const verdict = judgeAnswer({ status: answer.status, headers }, look.policy.defaults, trip);
  if (typeof verdict === "string" || !isOf(head, answer) || !hasAll(look, names, verdict.vary))
    return context.store.delete(key);
  const { status, body, asOf, tags } = answer;
  const renewed = toStored({ status, headers, body, asOf }, { ...verdict, storedMs: trip.responseMs }, tags);
  put({ answer: renewed, key, names }, look, context);
}

/** Whether nothing that is said of the answer tells it from the one that is stored. */
function isOf({ headers }: Head, { etag, lastModified, body }: StoredAnswer): boolean {
  const said: readonly (readonly [string, string | undefined])[] = [
    ["etag", etag],
    ["last-modified", lastModified],
    ["content-length", String(body.length)],
  ];
  return said.every(([name, stored]) => !headers.has(name) || headers.get(name) === stored);
}
