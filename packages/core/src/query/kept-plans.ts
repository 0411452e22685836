import type { CheckedQuery, Selection } from "./tree.ts";

/** Compiled shapes: the next request of the same shape finds its plan. */
export interface KeptPlans<Plan> {
  /** The plan of a query, compiled when its shape is met first. */
  of(query: Pick<CheckedQuery, "shape">): Plan;
}

/** Compiles each shape once. `most` of them are kept; the one used longest ago goes first. */
export function keepPlans<Plan>(compile: (shape: Selection) => Plan, most: number = 200): KeptPlans<Plan> {
  const plans = new Map<string, Plan>();
  return {
    of({ shape }) {
      const key = JSON.stringify(shape);
      const plan = plans.get(key) ?? compile(shape);
      plans.delete(key);
      plans.set(key, plan);
      if (plans.size > most) forgetOldest(plans);
      return plan;
    },
  };
}

function forgetOldest(plans: Map<string, unknown>): void {
  for (const key of plans.keys()) {
    plans.delete(key);
    return;
  }
}
