import { upstreamsService } from "@backworks/core";
import type { Observation } from "@backworks/core";

/** Whether requests go to one target of an upstream. */
export interface Circuit {
  readonly upstream: string;
  readonly target: string;
  readonly isOpen: boolean;
}

/** The targets of all upstreams, each once. */
export function circuitsOf(observation: Observation): readonly Circuit[] {
  const targets = observation.modeService(upstreamsService)?.targets() ?? [];
  return mergeCircuits(targets.map(({ upstream, target, state }) => ({ upstream, target, isOpen: state !== "up" })));
}

/** Each target once: open where it is open in one place. */
export function mergeCircuits(all: readonly Circuit[]): readonly Circuit[] {
  const byTarget = new Map<string, Circuit>();
  for (const circuit of all) {
    const key = JSON.stringify([circuit.upstream, circuit.target]);
    if (circuit.isOpen || !byTarget.has(key)) byTarget.set(key, circuit);
  }
  return [...byTarget.values()];
}
