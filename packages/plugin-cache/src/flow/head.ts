import type { Trip } from "../rules/freshness.ts";
import { judgeAnswer } from "../rules/storable.ts";
import type { Head } from "../rules/storable.ts";
import { updatedFields } from "../rules/stored-fields.ts";
import type { StoredAnswer } from "../stored.ts";
import type { CacheContext } from "./context.ts";
import { put, toStored } from "./keep.ts";
import { keyFor } from "./look.ts";
import type { Found } from "./found.ts";

/**
 * Renews what is stored by the answer to a HEAD, or throws it away when that tells of another one.
 *
 * Source: RFC 9111, 4.3.5.
 */
export function learnFromHead(
  context: CacheContext,
  { look, names, answer }: Found,
  { trip, ...head }: Head & { readonly trip: Trip },
): void {
  if (answer === undefined || head.status !== 200) return;
  const key = keyFor(look, names);
  const headers = updatedFields(answer.headers, head.headers);
  const verdict = judgeAnswer({ status: answer.status, headers }, look.policy.defaults, trip);
  if (!isOf(head, answer) || typeof verdict === "string") return context.store.delete(key);
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
