import type { Random } from "@backworks/core";

/** Bounds of waits, in milliseconds. */
export interface BackoffSettings {
  /** Longest wait before the first retry. */
  readonly baseMs: number;
  /** Longest wait. */
  readonly mostMs: number;
}

/**
 * Milliseconds to wait before retry `retry` (from 1): drawn evenly from 0 to a bound that doubles.
 *
 * Source: "full jitter" of M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(retry: number, { baseMs, mostMs }: BackoffSettings, random: Random): number {
  return Math.floor(random() * Math.min(mostMs, baseMs * 2 ** (retry - 1)));
}
