import type { MaybePromise, ResponseInit } from "@backworks/core";
import { brokenBody, letGo } from "../answer/collect.ts";
import { respondFrom } from "../answer/from-stored.ts";
import type { Forward } from "../rules/cache-status.ts";
import { failures } from "../rules/use.ts";
import type { CacheContext } from "./context.ts";
import { tellStatus } from "./context.ts";
import { fill } from "./fill.ts";
import type { Filled } from "./fill.ts";
import type { Flight } from "./flights.ts";
import { forward, withStatus } from "./forward.ts";
import { flightKey, keyFor, passKey } from "./look.ts";
import type { Look } from "./look.ts";
import { standIn } from "./hit.ts";
import { plainTags } from "./keep.ts";
import type { Found } from "./found.ts";

/** How long it is believed of a key that its answers are not for many, milliseconds. */
const passMs = 60_000;

/** Why nothing that is stored was used. */
export interface Miss {
  readonly reason: Forward;
  /** Looks again for what is stored, by fields of which was not known that they count. */
  readonly lookAgain: (names: readonly string[]) => MaybePromise<ResponseInit>;
  /** Whether an answer that broke off was waited for before. */
  readonly isSecond?: boolean;
}

/** Asks once for all who want the same at this moment. */
export async function fetchShared(context: CacheContext, found: Found, miss: Miss): Promise<ResponseInit> {
  const { look, names } = found;
  const key = flightKey(look, names);
  const joined = context.flights.get(key);
  const flight = joined ?? begin(context, found, false);
  if (joined !== undefined) context.numbers.collapsed += 1;
  const isFirst = joined === undefined;
  try {
    return await respond(context, { found, miss, isFirst }, await flight.wait(look.exchange));
  } catch (error) {
    const response = standIn(context, found);
    if (response === undefined) throw error;
    return response;
  }
}

/** Renews what is stored while it is still used. */
export function renewLater(context: CacheContext, found: Found): void {
  if (context.flights.get(flightKey(found.look, found.names)) !== undefined) return;
  begin(context, found, true).result.then(
    (filled) => {
      if (filled.kind === "single") letGo(filled.response.body);
    },
    (error: unknown) => context.logger.debug("a stored answer could not be renewed", { error }),
  );
}

function begin(context: CacheContext, { look, names, answer }: Found, ownWill: boolean): Flight {
  const run = (flight: Flight): Promise<Filled> => fill({ look, names, stale: answer }, { context, flight });
  return context.flights.begin(flightKey(look, names), run, { ownWill, tags: plainTags(look) });
}

interface Waited {
  readonly found: Found;
  readonly miss: Miss;
  /** Whether it was this request that asked. */
  readonly isFirst: boolean;
}

function respond(context: CacheContext, waited: Waited, filled: Filled): MaybePromise<ResponseInit> {
  const stored = isFailure(filled) ? standIn(context, waited.found) : undefined;
  if (stored !== undefined) {
    if (filled.kind === "single" && waited.isFirst) letGo(filled.response.body);
    return stored;
  }
  if (filled.kind === "shared") return respondShared(context, waited, filled);
  return filled.kind === "single" ? respondSingle(context, waited, filled) : respondBroken(context, waited, filled);
}

function isFailure(filled: Filled): boolean {
  return filled.kind === "broken" || failures.has(filled.status ?? 200);
}

function respondShared(
  context: CacheContext,
  { found, miss, isFirst }: Waited,
  filled: Extract<Filled, { readonly kind: "shared" }>,
): ResponseInit | Promise<ResponseInit> {
  const { look } = found;
  const { answer, names, stored } = filled;
  // Who waited may differ in a field of which nobody knew that it counts.
  if (!isKeyOf(filled.key, look, names)) return Promise.resolve(miss.lookAgain(names));
  const forwarded = { kind: "forwarded", reason: miss.reason, collapsed: !isFirst, stored: stored && isFirst } as const;
  const status = tellStatus(context, filled.status === undefined ? forwarded : { ...forwarded, status: filled.status });
  const own = isFirst ? filled.own : undefined;
  return respondFrom(answer, look.exchange.request, { nowMs: context.clock.now(), status, own });
}

/** Who asks for a part may have got the whole. */
function isKeyOf(key: string, look: Look, names: readonly string[]): boolean {
  return key === keyFor(look, names) || (look.part !== undefined && key === keyFor(look.part.whole, names));
}

function respondSingle(
  context: CacheContext,
  { found, miss, isFirst }: Waited,
  { response, status, faithful }: Extract<Filled, { readonly kind: "single" }>,
): ResponseInit | Promise<ResponseInit> {
  const { look } = found;
  // A server that fails has not said for whom its answers are.
  if (status < 500) context.passes.set(passKey(look), context.clock.now() + passMs);
  if (isFirst && faithful) return withStatus(context, response, { reason: miss.reason, status });
  if (isFirst) letGo(response.body);
  return Promise.resolve(forward(context, { exchange: look.exchange, next: look.next, reason: miss.reason }));
}

/** Who waited asks once more, together: one connection that broke is not everybody's failure. */
function respondBroken(
  context: CacheContext,
  { found, miss, isFirst }: Waited,
  { head, error }: Extract<Filled, { readonly kind: "broken" }>,
): MaybePromise<ResponseInit> {
  if (!isFirst && miss.isSecond !== true) return fetchShared(context, found, { ...miss, isSecond: true });
  const { status, headers } = head;
  const response = { status, headers: headers.copy(), body: brokenBody(error) };
  return withStatus(context, response, { reason: miss.reason, status });
}
