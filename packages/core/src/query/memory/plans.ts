import { freezeDeep } from "../freeze.ts";
import { keepPlans } from "../kept-plans.ts";
import type { KeptPlans } from "../kept-plans.ts";
import type { Plan } from "./run.ts";
import { compileSelection } from "./run.ts";

/** Shapes compiled for rows in memory. */
export type Plans = KeptPlans<Plan>;

/** `most` shapes are kept; the one used longest ago goes first. */
export function createPlans(most?: number): Plans {
  return keepPlans((shape) => compileSelection(freezeDeep(shape)), most);
}
