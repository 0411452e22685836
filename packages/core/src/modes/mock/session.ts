import type { Clock, Random } from "../../clock.ts";
import type { BackworksRequest } from "../../exchange.ts";
import type { StateAccess } from "../../template/template.ts";
import type { SessionKey } from "./session-key.ts";
import { createState } from "./state.ts";

/**
 * What one caller's requests share: state, counters, and the slots of whoever needs more (collections, scenarios, sequences).
 *
 * Every member is synchronous. A handler that finds its session, reads and writes it without an `await` in between
 * has matched and changed in one step: no other request can come between.
 */
export interface Session {
  /** The value of the session key; `default` for requests without one. */
  readonly id: string;
  readonly state: StateAccess;
  /** Random numbers of this session: with a seed, parallel sessions do not disturb each other. */
  readonly random: Random;
  /** Adds 1 to a counter and returns it: 1 on the first call. */
  count(name: string): number;
  /** A counter without touching it: 0 before the first `count`. For `explain`. */
  counted(name: string): number;
  /** This session's own value of a slot, made on first use and forgotten by a reset. */
  slot<T>(slot: SessionSlot<T>): T;
}

/** Names a value that each session has for itself. Make it once, at load: slots are told apart by identity. */
export interface SessionSlot<T> {
  readonly name: string;
  readonly create: (session: Session) => T;
}

/** All sessions of one App. */
export interface Sessions {
  /** The session of a request, made when first seen; counts as use. */
  of(request: BackworksRequest): Session;
  /** Back to the seeds: one session, or all when `id` is undefined. Requests in flight end on what they began with. */
  reset(id?: string): void;
  /** Calls `listener` after a reset of the default session, with the fresh one. */
  onReset(listener: (session: Session) => void): void;
  /** Sessions alive, the default one included. */
  readonly size: number;
}

export interface SessionsOptions {
  readonly clock: Clock;
  /** Random numbers for a session; called once for each. */
  readonly random: (sessionId: string) => Random;
  /** Where the key stands; every request is in the default session when `undefined`. */
  readonly key: SessionKey | undefined;
  /** @defaultValue 600000 */
  readonly idleMs?: number;
  /** Keyed sessions kept; the one used longest ago goes first. @defaultValue 1000 */
  readonly limit?: number;
}

/** Id of the session of requests that carry no key. */
export const defaultSessionId = "default";

const defaults = { idleMs: 600_000, limit: 1_000 } as const;

export function createSessions(options: SessionsOptions): Sessions {
  const { clock, key, random } = options;
  const { idleMs, limit } = { ...defaults, ...options };
  const listeners: ((session: Session) => void)[] = [];
  /** Least recently used first. */
  const keyed = new Map<string, { session: Session; usedAt: number }>();
  let main = createSession(defaultSessionId, random);

  function use(id: string): Session {
    const now = clock.now();
    forgetIdle(now);
    const entry = keyed.get(id) ?? { session: createSession(id, random), usedAt: now };
    entry.usedAt = now;
    keyed.delete(id);
    keyed.set(id, entry);
    if (keyed.size > limit) forgetOldest();
    return entry.session;
  }

  function forgetIdle(now: number): void {
    for (const [id, entry] of keyed) {
      if (now - entry.usedAt <= idleMs) return;
      keyed.delete(id);
    }
  }

  function forgetOldest(): void {
    for (const id of keyed.keys()) {
      keyed.delete(id);
      return;
    }
  }

  function resetMain(): void {
    main = createSession(defaultSessionId, random);
    for (const listener of listeners) listener(main);
  }

  return {
    of(request) {
      const id = key?.read(request);
      return id === undefined || id === defaultSessionId ? main : use(id);
    },
    reset(id) {
      if (id === undefined) keyed.clear();
      else keyed.delete(id);
      if (id === undefined || id === defaultSessionId) resetMain();
    },
    onReset: (listener) => void listeners.push(listener),
    get size() {
      return keyed.size + 1;
    },
  };
}

function createSession(id: string, random: (sessionId: string) => Random): Session {
  const counters = new Map<string, number>();
  const slots = new Map<SessionSlot<unknown>, unknown>();
  const counted = (name: string): number => counters.get(name) ?? 0;
  const session: Session = {
    id,
    state: createState(),
    random: random(id),
    counted,
    count(name) {
      const next = counted(name) + 1;
      counters.set(name, next);
      return next;
    },
    slot<T>(slot: SessionSlot<T>): T {
      if (!slots.has(slot)) slots.set(slot, slot.create(session));
      // The map holds under each slot only what its own `create` made.
      return slots.get(slot) as T;
    },
  };
  return session;
}
