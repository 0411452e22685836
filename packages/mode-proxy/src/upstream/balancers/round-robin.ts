import type { BalancedTarget, CreateBalancer } from "../balancer.ts";

/**
 * In turn, by weight, the turns of a heavy target spread evenly: weights 5, 1, 1 give a a b a c a a.
 *
 * Source: smooth weighted round robin of nginx (I. Sysoev, commit 52327e0627f4, 2012).
 */
export const createRoundRobin: CreateBalancer = () => {
  const credits = new WeakMap<BalancedTarget, { value: number }>();
  const creditOf = (target: BalancedTarget): { value: number } => {
    const known = credits.get(target);
    if (known !== undefined) return known;
    const fresh = { value: 0 };
    credits.set(target, fresh);
    return fresh;
  };

  return {
    pick(candidates) {
      let [best] = candidates;
      if (best === undefined || candidates.length === 1) return chosen(best);
      let most = creditOf(best);
      let total = 0;
      for (const target of candidates) {
        const credit = creditOf(target);
        const weight = target.weight || 1;
        total += weight;
        credit.value += weight;
        if (credit.value <= most.value) continue;
        best = target;
        most = credit;
      }
      most.value -= total;
      return best;
    },
  };
};

/** There is at least one candidate. */
export function chosen(target: BalancedTarget | undefined): BalancedTarget {
  if (target === undefined) throw new TypeError("a balancer was asked without candidates");
  return target;
}
