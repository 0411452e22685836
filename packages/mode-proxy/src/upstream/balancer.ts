import type { Exchange, Random } from "@backworks/core";
import type { AttemptOutcome } from "./target.ts";

/** A target as a balancer sees it. The same object as long as the upstream has the target. */
export interface BalancedTarget {
  /** As the configuration names it; otherwise its URL. */
  readonly name: string;
  /** Share of the requests compared with its siblings; 0 only when all have 0. */
  readonly weight: number;
  /** Attempts and upgraded connections under way. */
  readonly inFlight: number;
}

/** Chooses who gets the next request. */
export interface Balancer {
  /** One of the candidates, of which there is at least one; all of them can be reached, as far as is known. */
  pick(candidates: readonly BalancedTarget[], exchange: Exchange): BalancedTarget;
  /** Told once how an attempt ended. */
  report?(target: BalancedTarget, outcome: AttemptOutcome): void;
}

/** Makes a balancer for one upstream. */
export type CreateBalancer = (tools: { readonly random: Random }) => Balancer;
