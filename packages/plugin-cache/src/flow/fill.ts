import { HeaderList } from "@backworks/core";
import type { ResponseBody, ResponseInit } from "@backworks/core";
import { brokenBody, collect, letGo } from "../answer/collect.ts";
import { toAsking } from "../request/ask.ts";
import type { Head, Verdict } from "../rules/storable.ts";
import { judgeAnswer } from "../rules/storable.ts";
import type { StoredAnswer } from "../stored.ts";
import type { CacheContext } from "./context.ts";
import type { Flight } from "./flights.ts";
import { keep } from "./keep.ts";
import type { Look } from "./look.ts";
import { keyFor } from "./look.ts";
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
  | { readonly kind: "single"; readonly response: ResponseInit; readonly status: number; readonly faithful: boolean };

/** What is to be asked. */
export interface Wanted {
  readonly look: Look;
  /** Fields that count as far as it is known. */
  readonly names: readonly string[];
  /** What is there and may still hold. */
  readonly stale: StoredAnswer | undefined;
}

/** What a request is made with. */
export interface Filling {
  readonly context: CacheContext;
  readonly flight: Flight;
}

/** Asks the handler for many and stores what may be stored. Rejects with what the handler throws. */
export async function fill(wanted: Wanted, filling: Filling): Promise<Filled> {
  const { store } = filling.context;
  const key = keyFor(wanted.look, wanted.names);
  const lease = await store.lease(key);
  if (lease === undefined) {
    const taken = await takeOver(wanted, key, filling);
    if (taken !== undefined) return taken;
  }
  try {
    return await ask(wanted, filling);
  } finally {
    lease?.release();
  }
}

async function ask(wanted: Wanted, filling: Filling): Promise<Filled> {
  const { look, names, stale } = wanted;
  const { context, flight } = filling;
  const asOf = await context.store.moment();
  const { asking, withheld } = toAsking(look, names, stale);
  flight.asking = asking;
  const requestMs = context.clock.now();
  const answer = (await look.next(asking)) ?? asking.response ?? { status: 204 };
  const trip = { requestMs, responseMs: context.clock.now() };
  const head: Head = { status: answer.status ?? 200, headers: HeaderList.from(answer.headers) };
  const received: Received = { head, body: answer.body ?? null, asOf, withheld };
  if (stale !== undefined && head.status === 304) {
    letGo(answer.body);
    const held = revalidated(stale, head.headers, { wanted, context, trip, asOf });
    // What it speaks of is not what is stored (RFC 9111, 4.3.4).
    return held ?? ask({ ...wanted, stale: undefined }, filling);
  }
  const verdict = judgeAnswer(head, look.policy.defaults, trip);
  if (typeof verdict === "string") return single(received, look);
  if (!isTold(verdict.vary, wanted)) {
    letGo(answer.body);
    return ask({ look, names: join(names, verdict.vary), stale: undefined }, filling);
  }
  return share(received, { ...verdict, storedMs: trip.responseMs }, { wanted, context });
}

/** An answer that came. */
export interface Received {
  readonly head: Head;
  readonly body: ResponseBody;
  readonly asOf: number | undefined;
  readonly withheld: boolean;
}

/** Whether the handler was told every field that it says the answer depends on. */
function isTold(vary: readonly string[], { look, names }: Wanted): boolean {
  if (look.policy.trusting) return true;
  const { headers } = look.exchange.request;
  return vary.every((name) => headers[name] === undefined || names.includes(name) || look.keyed.includes(name));
}

function join(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])].sort();
}

/** A server's own failure would not be another one for another client; a refusal might be an answer for this one. */
function single({ head, body, withheld }: Received, { policy }: Look): Filled {
  const faithful = !withheld || head.status >= 500;
  if (!faithful) policy.luck.failed();
  return { kind: "single", response: { ...head, body }, status: head.status, faithful };
}

interface Sharing {
  readonly wanted: Wanted;
  readonly context: CacheContext;
}

async function share(
  received: Received,
  verdict: Verdict & { readonly storedMs: number },
  { wanted, context }: Sharing,
): Promise<Filled> {
  const { look } = wanted;
  const { head, body } = received;
  try {
    const collected = await collect(body, look.policy.maxBytes);
    if (collected.kind === "long") return longAnswer(head, collected.body);
    look.policy.luck.succeeded();
    const names = look.policy.trusting ? verdict.vary : join(wanted.names, verdict.vary);
    return keep(
      { received, collected, verdict, names: names.filter((name) => !look.keyed.includes(name)) },
      look,
      context,
    );
  } catch (error) {
    // Half a body must not look like a whole one: the client's connection ends, as if nobody had stored anything.
    return longAnswer(head, brokenBody(error));
  }
}

/** Its fields allow that it is shared; its body does not. */
function longAnswer(head: Head, body: ResponseBody): Filled {
  return { kind: "single", response: { ...head, body }, status: head.status, faithful: true };
}
