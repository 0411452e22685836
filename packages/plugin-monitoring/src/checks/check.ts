import type { Observation } from "@backworks/core";
import type { CheckOptions } from "../options/checks.ts";

/** What checks are run with. */
export interface CheckTools {
  readonly observation: Observation;
  readonly fetch: typeof fetch;
}

/** One kind of check: resolves when all is well, rejects with the reason otherwise. */
export type RunCheck<Kind extends CheckOptions["type"]> = (
  options: Extract<CheckOptions, { type: Kind }>,
  tools: CheckTools & { readonly signal: AbortSignal },
) => Promise<void>;
