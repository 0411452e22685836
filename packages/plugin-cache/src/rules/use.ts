import type { StoredAnswer } from "../stored.ts";
import type { Wishes } from "./wishes.ts";

/** What is done with a stored answer: used, used while its source is asked, or its source is asked first. */
export type Use = "fresh" | "stale" | "while-revalidating" | "validate";

/** Milliseconds since an answer was made (RFC 9111, 4.2.3). */
export function ageOf({ ageMs, storedMs }: StoredAnswer, nowMs: number): number {
  return ageMs + Math.max(0, nowMs - storedMs);
}

/** Source: RFC 9111, 4.2 and 5.2.1; RFC 5861, 3. */
export function useOf(answer: StoredAnswer, wishes: Wishes, nowMs: number): Use {
  const ageMs = ageOf(answer, nowMs);
  const leftMs = answer.lifetimeMs - ageMs;
  if (wishes.validate || answer.validatesAlways || isTooOld(answer, wishes, ageMs)) return "validate";
  if (leftMs > 0 || wishes.minFreshMs > 0) return leftMs > 0 && leftMs >= wishes.minFreshMs ? "fresh" : "validate";
  return pastItsTime(answer, wishes, -leftMs);
}

/** A reload, which asks for nothing older than 0, has no need of another answer while one holds that never changes (RFC 8246, 2.1). */
function isTooOld({ immutable, lifetimeMs }: StoredAnswer, { maxAgeMs }: Wishes, ageMs: number): boolean {
  return maxAgeMs === 0 ? !immutable || ageMs >= lifetimeMs : ageMs > maxAgeMs;
}

function pastItsTime({ strict, staleWhileRevalidateMs }: StoredAnswer, { maxStaleMs }: Wishes, overMs: number): Use {
  if (!strict && maxStaleMs > 0 && overMs <= maxStaleMs) return "stale";
  return overMs < staleWhileRevalidateMs ? "while-revalidating" : "validate";
}

/** Statuses of failures for which a stored answer may stand in (RFC 5861, 4). */
export const failures: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Whether it may stand in for an error of its source (RFC 5861, 4). */
export function mayReplaceError(answer: StoredAnswer, wishes: Wishes, nowMs: number): boolean {
  const { strict, staleIfErrorMs } = answer;
  const allowedMs = strict ? staleIfErrorMs : Math.max(staleIfErrorMs, wishes.staleIfErrorMs);
  return ageOf(answer, nowMs) - answer.lifetimeMs < allowedMs;
}
