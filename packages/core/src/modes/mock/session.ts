import type { Clock, Random } from "../../clock.ts";
import type { BackworksRequest } from "../../exchange.ts";
import type { StateAccess } from "../../template/template.ts";
import { createOwners } from "./owners.ts";
import { createRecent } from "./recent.ts";
import type { SessionKey } from "./session-key.ts";
import { createState } from "./state.ts";

/**
 * What one caller's requests share: state, and what each endpoint has for itself (counters, collections, sequences).
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
  /** What one endpoint has here; forgotten by a reset, and when the endpoint is gone or another. */
  part(owner: string): SessionPart;
  /** Endpoints that have something here. */
  readonly parts: number;
}

/** The counters and slots of one endpoint in one session. */
export interface SessionPart {
  /** Adds 1 to a counter and returns it: 1 on the first call. */
  count(name: string): number;
  /** A counter without touching it: 0 before the first `count`. For `explain`. */
  counted(name: string): number;
  /** The value of a slot, made on first use. */
  slot<T>(slot: SessionSlot<T>): T;
}

/** Names a value that an endpoint has in each session. Slots of one name hold values of one type. */
export interface SessionSlot<T> {
  readonly name: string;
  readonly create: () => T;
}

/** All sessions of Apps that follow each other. */
export interface Sessions {
  /** The session of a request, made when first seen; counts as use. */
  of(request: BackworksRequest): Session;
  /** Back to the seeds: one session, or all when `id` is undefined. Requests in flight end on what they began with. */
  reset(id?: string): void;
  /** Calls `listener` after a reset of the default session, with the fresh one, until what is returned is called. */
  onReset(listener: (session: Session) => void): () => void;
  /** An endpoint keeps state under this name. Returns since when somebody does without a break, in clock milliseconds. */
  hold(owner: string): number;
  /** One holder less; what nobody holds is forgotten in every session. */
  release(owner: string): void;
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
  const listeners = new Set<(session: Session) => void>();
  const { isHeld, hold, release } = createOwners(clock);
  const make = (id: string): OwnSession => createSession(id, random, isHeld);
  const keyed = createRecent({ clock, idleMs, limit, make });
  let main = make(defaultSessionId);

  function resetMain(): void {
    main = make(defaultSessionId);
    for (const listener of listeners) listener(main);
  }

  return {
    of(request) {
      const id = key?.read(request);
      return id === undefined || id === defaultSessionId ? main : keyed.use(id);
    },
    reset(id) {
      if (id === undefined) keyed.clear();
      else keyed.delete(id);
      if (id === undefined || id === defaultSessionId) resetMain();
    },
    onReset(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    hold,
    release(owner) {
      if (!release(owner)) return;
      for (const session of [main, ...keyed.values()]) session.forget(owner);
    },
    get size() {
      return keyed.size + 1;
    },
  };
}

interface OwnSession extends Session {
  forget(owner: string): void;
}

function createSession(
  id: string,
  random: (sessionId: string) => Random,
  isHeld: (owner: string) => boolean,
): OwnSession {
  const parts = new Map<string, SessionPart>();
  return {
    id,
    state: createState(),
    random: random(id),
    part(owner) {
      const known = parts.get(owner);
      if (known !== undefined) return known;
      const part = createPart();
      // A late request to an endpoint that is gone must not bring its state back.
      if (isHeld(owner)) parts.set(owner, part);
      return part;
    },
    get parts() {
      return parts.size;
    },
    forget: (owner) => void parts.delete(owner),
  };
}

function createPart(): SessionPart {
  const counters = new Map<string, number>();
  const slots = new Map<string, unknown>();
  const counted = (name: string): number => counters.get(name) ?? 0;
  return {
    counted,
    count(name) {
      const next = counted(name) + 1;
      counters.set(name, next);
      return next;
    },
    slot<T>({ name, create }: SessionSlot<T>): T {
      if (!slots.has(name)) slots.set(name, create());
      // Under one name an endpoint keeps values of one type.
      return slots.get(name) as T;
    },
  };
}
