import { defineMode } from "../../mode.ts";
import type { BranchSource, Mode, ModeContext } from "../../mode.ts";
import { compileHybrid } from "./compile.ts";
import { autoEvolveSchema, hybridSchema } from "./options.ts";
import type { HybridOptions } from "./options.ts";
import { autoEvolve, requestsOf, toPlan } from "./plan.ts";
import type { Plan } from "./plan.ts";

/** Has other modes answer: one for each method, or the first whose condition holds, and another when that fails. */
export const hybridMode: Mode<ModeContext> = toMode({
  name: "hybrid",
  description: "Has other modes answer, by method or condition, and falls back when they fail.",
  endpointKeys: { hybrid: hybridSchema },
  planOf: ({ values }) => toPlan(values["hybrid"] as HybridOptions),
});

/** The preset of that name, as a mode. */
export const autoEvolveMode: Mode<ModeContext> = toMode({
  name: "auto_evolve",
  description: "The database as soon as it has data, mock until then.",
  endpointKeys: { auto_evolve: autoEvolveSchema },
  planOf: ({ values }) => autoEvolve(values["auto_evolve"] ?? {}, ["auto_evolve"]),
});

interface ComposedMode extends Pick<Mode, "name" | "description" | "endpointKeys"> {
  /** Of values that the schemas have checked. */
  planOf(endpoint: BranchSource): Plan;
}

function toMode({ planOf, ...rest }: ComposedMode): Mode<ModeContext> {
  return defineMode<ModeContext>({
    ...rest,
    open: (context) => context,
    branches: (endpoint) => requestsOf(planOf(endpoint)),
    compile: (endpoint, context, drafts) => compileHybrid({ endpoint, plan: planOf(endpoint), drafts, context }),
  });
}
