import type { Random } from "../clock.ts";

/** Values that one draw can take when its source has 32 bits. */
const drawSize = 2 ** 32;

/** A whole number from 0 up to, and without, `limit`; two draws where one has too few bits. */
export function below(random: Random, limit: number): number {
  if (limit <= drawSize) return Math.floor(random() * limit);
  return Math.floor(((Math.floor(random() * 2 ** 21) * drawSize + Math.floor(random() * drawSize)) / 2 ** 53) * limit);
}

/** A whole number from `min` to `max`, both included. */
export function wholeBetween(random: Random, min: number, max: number): number {
  return min + below(random, max - min + 1);
}

/** One element; `undefined` of an empty list. */
export function anyOf<T>(random: Random, list: readonly T[]): T | undefined {
  return list[below(random, list.length)];
}

/**
 * So many elements in an order that is as likely as any other.
 *
 * Source: R. Durstenfeld, CACM 7(7), 1964, algorithm 235, ended after `count` elements.
 */
export function shuffled<T>(random: Random, list: readonly T[], count: number): T[] {
  const pool = [...list];
  const wanted = Math.min(count, pool.length);
  for (let at = 0; at < wanted; at += 1) {
    const other = at + below(random, pool.length - at);
    // Both positions lie within the list.
    [pool[at], pool[other]] = [pool[other] as T, pool[at] as T];
  }
  return pool.slice(0, wanted);
}
