import type { ObservedMode } from "@backworks/core";

/** Whether requests go to one target of an upstream. */
export interface Circuit {
  readonly upstream: string;
  readonly target: string;
  readonly isOpen: boolean;
}

/** The targets of a mode that tells of upstreams: `details.upstreams` by name, in it the state by target. */
export function circuitsOf({ details }: ObservedMode): readonly Circuit[] {
  return entriesOf(details?.["upstreams"]).flatMap(([upstream, targets]) =>
    entriesOf(targets).map(([target, state]) => ({ upstream, target, isOpen: state !== "up" })),
  );
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
