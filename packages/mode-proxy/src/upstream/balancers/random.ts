import type { Random } from "@backworks/core";
import type { BalancedTarget, CreateBalancer } from "../balancer.ts";
import { loadOf } from "./least-conn.ts";
import { chosen } from "./round-robin.ts";

/**
 * The less loaded of two that are drawn by weight.
 *
 * Source: M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001.
 */
export const createRandomChoice: CreateBalancer = ({ random }) => ({
  pick(candidates) {
    const first = draw(candidates, random, undefined);
    if (candidates.length === 1) return first;
    const second = draw(candidates, random, first);
    return loadOf(second) < loadOf(first) ? second : first;
  },
});

/** One by weight, `without` left out. */
function draw(
  candidates: readonly BalancedTarget[],
  random: Random,
  without: BalancedTarget | undefined,
): BalancedTarget {
  let total = 0;
  for (const target of candidates) if (target !== without) total += target.weight || 1;
  let at = random() * total;
  let last: BalancedTarget | undefined;
  for (const target of candidates) {
    if (target === without) continue;
    last = target;
    at -= target.weight || 1;
    if (at < 0) return target;
  }
  return chosen(last);
}
