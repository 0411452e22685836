import type { Clock } from "../../clock.ts";

/** Names under which endpoints keep state, as long as somebody holds them: Apps that follow each other may both. */
export interface Owners {
  isHeld(owner: string): boolean;
  /** Returns since when somebody holds it without a break, in clock milliseconds. */
  hold(owner: string): number;
  /** One holder less. Returns whether that was the last. */
  release(owner: string): boolean;
}

export function createOwners(clock: Clock): Owners {
  const owners = new Map<string, { holders: number; readonly since: number }>();
  return {
    isHeld: (owner) => owners.has(owner),
    hold(owner) {
      const held = owners.get(owner) ?? { holders: 0, since: clock.now() };
      held.holders += 1;
      owners.set(owner, held);
      return held.since;
    },
    release(owner) {
      const held = owners.get(owner);
      if (held === undefined) return false;
      held.holders -= 1;
      return held.holders === 0 && owners.delete(owner);
    },
  };
}
