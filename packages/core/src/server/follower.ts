import type { LoadedGeneration } from "./generation.ts";

/** Something beside the App that changes with it: a listener, a watch. */
export interface Follower {
  /** Does what may fail, and touches nothing of what serves. @throws what the reload is then refused with */
  prepare(next: LoadedGeneration): Promise<Change>;
}

/** What was prepared: exactly one of both is called. Neither throws. */
export interface Change {
  commit(): void;
  abandon(): void;
}
