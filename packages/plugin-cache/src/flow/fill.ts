import { HeaderList } from "@backworks/core";
import type { ResponseBody, ResponseInit } from "@backworks/core";
import { collect, letGo } from "../answer/collect.ts";
import type { Collected } from "../answer/collect.ts";
import { toAsking } from "../request/ask.ts";
import { repeats } from "../rules/repeats.ts";
import type { Trip } from "../rules/freshness.ts";
import type { Head, Refusal, Verdict } from "../rules/storable.ts";
import { judgeAnswer, varyOf } from "../rules/storable.ts";
import { failures, mayReplaceError } from "../rules/use.ts";
import type { StoredAnswer } from "../stored.ts";
import { answerTo } from "./answer-to.ts";
import type { CacheContext } from "./context.ts";
import type { Flight } from "./flights.ts";
import { failAll, keep, mostNames } from "./keep.ts";
import type { Look } from "./look.ts";
import { hasAll, keyFor } from "./look.ts";
import { revalidated } from "./revalidated.ts";
import { takeOver } from "./take-over.ts";

/** What came of asking for many. */
export type Filled =
  /** An answer for everybody whose key is this one; `names` count besides what always does. */
  | {
      readonly kind: "shared";
      readonly answer: StoredAnswer;
      readonly key: string;
      readonly names: readonly string[];
      /** The status its source answered with; `undefined` when another process has asked. */
      readonly status: number | undefined;
      readonly stored: boolean;
      /** Fields that are not stored and that only who asked gets, names and values in turn. */
      readonly own?: readonly string[];
    }
  /** An answer for one. `faithful`: it would be the same, had its handler been told all that the client said. */
  | { readonly kind: "single"; readonly response: ResponseInit; readonly status: number; readonly faithful: boolean }
  /** An answer that broke off. Half a body must not look like a whole one. */
  | { readonly kind: "broken"; readonly head: Head; readonly error: unknown };

/** What is to be asked. */
export interface Wanted {
  readonly look: Look;
  /** Fields that count as far as it is known. */
  readonly names: readonly string[];
  /** What is there, past its time or not wanted as it is. */
  readonly stale: StoredAnswer | undefined;
}

/** The same, with the store's count of purges before; `undefined` when nothing can be stored. */
interface Asked extends Wanted {
  readonly asOf: number | undefined;
}

/** What a request is made with. */
export interface Filling {
  readonly context: CacheContext;
  readonly flight: Flight;
}

/** Asks the handler for many and stores what may be stored. Rejects with what the handler throws. */
export async function fill(wanted: Wanted, filling: Filling): Promise<Filled> {
  const { store } = filling.context;
  const { look, names } = wanted;
  const key = keyFor(look, names);
  // Before the handler is asked: what is purged from now on may not be in its answer.
  const [lease, asOf] = await Promise.all([store.lease(key, look.untilMs), store.moment(look.untilMs)]);
  if (lease === undefined) {
    const taken = await takeOver(wanted, key, filling);
    if (taken !== undefined) return taken;
  }
  try {
    return await ask({ ...wanted, asOf }, filling);
  } finally {
    lease?.release();
  }
}

async function ask(wanted: Asked, filling: Filling): Promise<Filled> {
  const { look, stale, asOf } = wanted;
  const { context } = filling;
  const requestMs = context.clock.now();
  const received = await receive(wanted, filling);
  if (received === undefined) return refusedForLess(look);
  const trip = { requestMs, responseMs: context.clock.now() };
  const { head, body } = received;
  if (stale !== undefined && head.status === 304 && (stale.etag ?? stale.lastModified) !== undefined) {
    letGo(body);
    const held = revalidated(stale, head.headers, { wanted, context, trip, asOf });
    // What it speaks of is not what is stored (RFC 9111, 4.3.4).
    return held ?? ask({ ...wanted, stale: undefined }, filling);
  }
  // A failure does not take the place of what may stand in for it.
  if (isStoodInFor(head, wanted, trip)) return single(received, look);
  return use(received, trip, { wanted, filling });
}

/** What is made of an answer by what it says of itself. */
function use(
  received: Received,
  trip: Trip,
  { wanted, filling }: { readonly wanted: Asked; readonly filling: Filling },
): Filled | Promise<Filled> {
  const { look, names, asOf } = wanted;
  const { context } = filling;
  const verdict = judgeAnswer(received.head, look.policy.defaults, trip);
  if (typeof verdict === "string" || !isFor(look, verdict)) return refuse(received, verdict, { wanted, context });
  if (!isTold(verdict.vary, wanted)) {
    const further = join(names, verdict.vary);
    if (further.length > mostNames) return single(received, look);
    letGo(received.body);
    return ask({ look, names: further, stale: undefined, asOf }, filling);
  }
  return share(received, { ...verdict, storedMs: trip.responseMs }, { wanted, context });
}

/** `undefined` when the handler refuses a request that says less than the client did. */
async function receive({ look, names, stale, asOf }: Asked, { flight }: Filling): Promise<Received | undefined> {
  const asked = toAsking(look, names, { method: "GET", stale });
  const { asking, withheld } = asked;
  flight.asking = asking;
  const answer = await answerTo(look, asked);
  if (answer === undefined) return undefined;
  const { status = 200, headers, body = null } = answer;
  const head: Head = { status, headers: HeaderList.from(headers), isAskedPart: look.part !== undefined };
  return { head, body, asOf, withheld, signal: asking.signal };
}

/** An answer that came. */
export interface Received {
  readonly head: Head;
  readonly body: ResponseBody;
  readonly asOf: number | undefined;
  readonly withheld: boolean;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

function isStoodInFor({ status }: Head, { look, stale }: Wanted, { responseMs }: Trip): boolean {
  return failures.has(status) && stale !== undefined && mayReplaceError(stale, look.wishes, responseMs);
}

/** Whether the handler was told every field that it says the answer depends on. */
function isTold(vary: readonly string[], { look, names }: Wanted): boolean {
  const { trust, place } = look.policy;
  const { headers } = look.exchange.request;
  return vary.every((name) => {
    if (headers[name] === undefined || names.includes(name) || look.keyed.includes(name)) return true;
    const told = place(name);
    return told === "send" || (trust === "all" && told !== "withhold");
  });
}

/** What came of a request that says who asks is for others only where it says so itself (RFC 9111, 3.5). */
function isFor({ who }: Look, { forAll }: Verdict): boolean {
  return who === "" || forAll;
}

function join(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])].sort();
}

interface Sharing {
  readonly wanted: Wanted;
  readonly context: CacheContext;
}

/** What becomes of an answer that must not be stored. */
function refuse(
  received: Received,
  verdict: Verdict | Refusal,
  { wanted, context }: Sharing,
): Filled | Promise<Filled> {
  const { look, names } = wanted;
  if (isInItsPlace(received.head, wanted)) context.store.delete(keyFor(look, names));
  if (verdict !== "error" || !isForAllWhoWait(received.head, wanted)) return single(received, look);
  return shareFailure(received, { wanted, context });
}

/** Whether what is stored is no more, by the word of its source to nobody in particular. */
function isInItsPlace({ status }: Head, { look, stale }: Wanted): boolean {
  if (stale === undefined || look.who !== "" || status === 304) return false;
  return status < 400 || status === 404 || status === 410;
}

/** Failures of what stands before a server, which are no answers to this request or that. */
const outages = new Set([502, 503, 504]);

/** Whether who waits need not ask a server that fails once more. */
function isForAllWhoWait({ status, headers }: Head, { look, names }: Wanted): boolean {
  return outages.has(status) && !headers.has("set-cookie") && hasAll(look, names, varyOf(headers));
}

async function shareFailure(received: Received, { wanted, context }: Sharing): Promise<Filled> {
  const collected = await readWhole(received, wanted.look, context);
  if (collected.kind !== "whole") return collected;
  return failAll({ head: received.head, collected, storedMs: context.clock.now() }, wanted.look, wanted.names);
}

function refusedForLess({ policy }: Look): Filled {
  policy.luck.failed();
  return { kind: "single", response: {}, status: 400, faithful: false };
}

/** A server's own failure would not be another one for another client; a refusal might be an answer for this one. */
function single({ head, body, withheld }: Received, { policy }: Look): Filled {
  const faithful = !withheld || head.status >= 500;
  if (!faithful) policy.luck.failed();
  return { kind: "single", response: { ...head, body }, status: head.status, faithful };
}

async function share(
  received: Received,
  verdict: Verdict & { readonly storedMs: number },
  { wanted, context }: Sharing,
): Promise<Filled> {
  const { head } = received;
  // A source that gives no parts has answered with the whole.
  const look = head.status === 206 ? wanted.look : (wanted.look.part?.whole ?? wanted.look);
  const collected = await readWhole(received, look, context);
  if (collected.kind !== "whole") return collected;
  if (isRepeating(head, collected.bytes, { look, vary: verdict.vary })) return longAnswer(head, collected.bytes);
  look.policy.luck.succeeded();
  const names = look.policy.trust === "all" ? verdict.vary : join(wanted.names, verdict.vary);
  const isOwn = (name: string): boolean => !look.keyed.includes(name);
  return keep({ received, collected, verdict, names: names.filter(isOwn) }, look, context);
}

/** The body of an answer, or what comes of the answer where it is not to be had whole. */
async function readWhole(
  { head, body, signal }: Received,
  { policy: { maxBytes } }: Look,
  { room, scheduler }: CacheContext,
): Promise<Filled | Extract<Collected, { readonly kind: "whole" }>> {
  if (isLong(head, maxBytes)) return longAnswer(head, body);
  try {
    const collected = await collect(body, { maxBytes, room, scheduler, signal });
    return collected.kind === "whole" ? collected : longAnswer(head, collected.body);
  } catch (error) {
    return { kind: "broken", head, error };
  }
}

/** Bodies that go on for as long as somebody listens. */
const endless = /^(?:text\/event-stream|multipart\/x-mixed-replace)\s*(?:;|$)/i;

/** What says that it is too long to be stored is not held up. */
function isLong({ headers }: Head, maxBytes: number): boolean {
  return Number(headers.get("content-length") ?? 0) > maxBytes || endless.test(headers.get("content-type") ?? "");
}

/** Where fields are sent on that are no part of the key, the answer is looked at for them. */
function isRepeating(
  { headers }: Head,
  bytes: Uint8Array,
  { look, vary }: { readonly look: Look; readonly vary: readonly string[] },
): boolean {
  if (look.policy.trust !== "source") return false;
  return repeats(look.exchange.request.headers, { headers, bytes, vary: [...vary, ...look.keyed] });
}

/** Its fields allow that it is shared; its body does not. */
function longAnswer(head: Head, body: ResponseBody): Filled {
  return { kind: "single", response: { ...head, body }, status: head.status, faithful: true };
}
