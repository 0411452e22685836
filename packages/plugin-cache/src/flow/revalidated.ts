import type { HeaderList } from "@backworks/core";
import type { Trip } from "../rules/freshness.ts";
import { judgeAnswer } from "../rules/storable.ts";
import { updatedFields } from "../rules/stored-fields.ts";
import type { StoredAnswer } from "../stored.ts";
import type { CacheContext } from "./context.ts";
import type { Filled, Wanted } from "./fill.ts";
import { put, toStored } from "./keep.ts";
import { hasAll, keyFor } from "./look.ts";

/** With what a stored answer is renewed. */
export interface Renewal {
  readonly wanted: Wanted;
  readonly context: CacheContext;
  readonly trip: Trip;
  readonly asOf: number | undefined;
}

/**
 * A stored answer with what a 304 says of it; `undefined` when the 304 is about another one.
 *
 * Source: RFC 9111, 4.3.4.
 */
export function revalidated(stale: StoredAnswer, fresh: HeaderList, renewal: Renewal): Filled | undefined {
  const { wanted, context, trip, asOf } = renewal;
  const { look, names } = wanted;
  const etag = fresh.get("etag");
  if (etag !== undefined && stale.etag !== undefined && plain(etag) !== plain(stale.etag)) return undefined;
  const headers = updatedFields(stale.headers, fresh);
  const head = { status: stale.status, headers, isAskedPart: stale.status === 206 };
  const verdict = judgeAnswer(head, look.policy.defaults, trip);
  // With what fields the stored one was asked that nobody knew of, nobody knows either.
  if (typeof verdict !== "string" && !hasAll(look, names, verdict.vary)) return undefined;
  const key = keyFor(look, names);
  context.numbers.revalidated += 1;
  const unchanged = { kind: "shared", answer: stale, key, names, status: 304, stored: false } as const;
  if (typeof verdict === "string" || asOf === undefined) {
    context.store.delete(key);
    return unchanged;
  }
  // What holds for one who says who they are need not hold for others.
  if (look.who !== "" && !verdict.forAll) return unchanged;
  const parts = { status: stale.status, headers, body: stale.body, asOf };
  const answer = toStored(parts, { ...verdict, storedMs: trip.responseMs }, stale.tags);
  put({ answer, key, names }, look, context);
  return { kind: "shared", answer, key, names, status: 304, stored: true };
}

function plain(etag: string): string {
  return etag.replace(/^W\//, "");
}
