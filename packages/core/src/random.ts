import type { Random } from "./clock.ts";

/**
 * A repeatable source of random numbers, 32 bits of state.
 *
 * Source: mulberry32 by Tommy Ettinger (public domain, 2017); passes gjrand at this size.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
