import { freezeDeep } from "../freeze.ts";
import type { CheckedQuery } from "../tree.ts";
import type { Plan } from "./run.ts";
import { compileSelection } from "./run.ts";

/** Compiled shapes: the next request of the same shape finds its plan. */
export interface Plans {
  /** The plan of a query, compiled when its shape is met first. */
  of(query: Pick<CheckedQuery, "shape">): Plan;
}

/** `most` shapes are kept; the one used longest ago goes first. */
export function createPlans(most = 200): Plans {
  const plans = new Map<string, Plan>();
  return {
    of({ shape }) {
      const key = JSON.stringify(shape);
      const plan = plans.get(key) ?? compileSelection(freezeDeep(shape));
      plans.delete(key);
      plans.set(key, plan);
      if (plans.size > most) forgetOldest(plans);
      return plan;
    },
  };
}

function forgetOldest(plans: Map<string, Plan>): void {
  for (const key of plans.keys()) {
    plans.delete(key);
    return;
  }
}
