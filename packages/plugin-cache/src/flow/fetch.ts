import type { MaybePromise, ResponseInit } from "@backworks/core";
import { letGo } from "../answer/collect.ts";
import { respondFrom } from "../answer/from-stored.ts";
import type { Forward } from "../rules/cache-status.ts";
import { mayReplaceError } from "../rules/use.ts";
import type { CacheContext } from "./context.ts";
import { tellStatus } from "./context.ts";
import { fill } from "./fill.ts";
import type { Filled } from "./fill.ts";
import type { Flight } from "./flights.ts";
import { forward, withStatus } from "./forward.ts";
import { flightKey, keyFor, passKey } from "./look.ts";
import type { Look } from "./look.ts";
import { hit } from "./hit.ts";
import type { Found } from "./found.ts";

/** How long it is believed of a key that its answers are not for many, milliseconds. */
const passMs = 60_000;

/** Failures of a server for which a stored answer may stand in (RFC 5861, 4). */
const failures = new Set([500, 502, 503, 504]);

/** Why nothing that is stored was used. */
export interface Miss {
  readonly reason: Forward;
  /** Looks again for what is stored, by fields of which was not known that they count. */
  readonly lookAgain: (names: readonly string[]) => MaybePromise<ResponseInit>;
}

/** Asks once for all who want the same at this moment. */
export async function fetchShared(context: CacheContext, found: Found, miss: Miss): Promise<ResponseInit> {
  const { look, names, answer } = found;
  const key = flightKey(look, names);
  const joined = context.flights.get(key);
  const flight = joined ?? begin(context, found, false);
  if (joined !== undefined) context.numbers.collapsed += 1;
  const isFirst = joined === undefined;
  try {
    const filled = await flight.wait(look.exchange);
    return filled.kind === "shared"
      ? await respondShared(context, { found, miss, isFirst }, filled)
      : await respondSingle(context, { found, miss, isFirst }, filled);
  } catch (error) {
    if (answer === undefined || !mayReplaceError(answer, context.clock.now())) throw error;
    return hit(context, look, { answer, detail: "stale-if-error" });
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
  const stale = answer?.etag === undefined && answer?.lastModified === undefined ? undefined : answer;
  const run = (flight: Flight): Promise<Filled> => fill({ look, names, stale }, { context, flight });
  return context.flights.begin(flightKey(look, names), run, { ownWill });
}

interface Waited {
  readonly found: Found;
  readonly miss: Miss;
  /** Whether it was this request that asked. */
  readonly isFirst: boolean;
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
  const { look, answer } = found;
  if (answer !== undefined && failures.has(status) && mayReplaceError(answer, context.clock.now())) {
    if (isFirst) letGo(response.body);
    return hit(context, look, { answer, detail: "stale-if-error" });
  }
  context.passes.set(passKey(look), context.clock.now() + passMs);
  if (isFirst && faithful) return withStatus(context, response, { reason: miss.reason, status });
  if (isFirst) letGo(response.body);
  return Promise.resolve(forward(context, { exchange: look.exchange, next: look.next, reason: miss.reason }));
}
