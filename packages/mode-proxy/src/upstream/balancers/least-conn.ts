import type { BalancedTarget, CreateBalancer } from "../balancer.ts";
import { chosen, createRoundRobin } from "./round-robin.ts";

/** Who has fewest requests under way for its weight; of several that are equal the next in turn. */
export const createLeastConn: CreateBalancer = (tools) => {
  const turns = createRoundRobin(tools);
  return {
    pick(candidates, exchange) {
      const [first] = candidates;
      if (candidates.length === 1) return chosen(first);
      let least = Infinity;
      let equals: BalancedTarget[] = [];
      for (const target of candidates) {
        const load = loadOf(target);
        if (load > least) continue;
        if (load < least) equals = [];
        least = load;
        equals.push(target);
      }
      return turns.pick(equals, exchange);
    },
  };
};

/** What one more request would make of it. */
export function loadOf({ inFlight, weight }: BalancedTarget): number {
  return (inFlight + 1) / (weight || 1);
}
