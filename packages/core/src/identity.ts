import type { Exchange, JsonValue, StateKey } from "./exchange.ts";
import { defineState } from "./exchange.ts";

/** Who sends a request, as a plugin found out. */
export interface Identity {
  /** What the one who sends it may do, by names that the configuration uses. */
  readonly roles: readonly string[];
  /** What is known of them, such as the claims of a token: `sub`, `email`. */
  readonly claims: Readonly<Record<string, JsonValue | undefined>>;
}

interface IdentitySlot {
  identity: Identity | undefined;
}

/** Who says it and who asks may have another copy of core each: a plugin of the project, say, and a mode of the command. */
const slot: StateKey<IdentitySlot> = {
  ...defineState<IdentitySlot>("identity", () => ({ identity: undefined })),
  slot: Symbol.for("backworks.identity"),
};

/** Says who sends a request; a `beforeRequest` hook of a plugin that knows calls it. */
export function setIdentity(exchange: Exchange, identity: Identity): void {
  exchange.state(slot).identity = identity;
}

/** Who sends a request; `undefined` when nobody said. */
export function identityOf(exchange: Exchange): Identity | undefined {
  return exchange.state(slot).identity;
}
