import type { Clock, Random } from "../../clock.ts";
import type { BackworksRequest, Exchange } from "../../exchange.ts";
import type { ResourceAccess, Scope, StateAccess, Template } from "../../template/template.ts";
import { parseJsonBody, type JsonBody } from "./match/json-body.ts";
import type { Session, SessionPart, Sessions } from "./session.ts";

/** What every request of an App shares. */
export interface MockWorld {
  readonly sessions: Sessions;
  /** The clock templates see: fixed when the root key `clock` is there. */
  readonly clock: Clock;
  readonly machineClock: Clock;
  resources(session: Session): ResourceAccess;
}

/** What a route adds. */
export interface RouteFacts {
  /** Name under which the endpoint keeps state. */
  readonly owner: string;
  /** Since when, in milliseconds of the machine's clock. */
  readonly since: number;
  /** Names the route's counter in a session. */
  readonly counter: string;
  /** `mock.data` of the endpoint. */
  readonly data: Template | undefined;
  /** Whether only the outcome is asked for: nothing may change. */
  readonly peek?: boolean;
}

/** One request as rules and templates see it. */
export class MockScope implements Scope {
  readonly exchange: Exchange;
  readonly request: BackworksRequest;
  readonly session: Session;
  /** What the endpoint has in the session. */
  readonly part: SessionPart;
  readonly count: number;
  readonly #world: MockWorld;
  readonly #since: number;
  readonly #template: Template | undefined;
  #data: unknown;
  #hasData = false;
  #json: JsonBody | undefined;

  constructor(world: MockWorld, facts: RouteFacts, exchange: Exchange) {
    this.exchange = exchange;
    this.request = exchange.request;
    this.session = world.sessions.of(exchange.request);
    this.part = this.session.part(facts.owner);
    this.count = facts.peek ? this.part.counted(facts.counter) + 1 : this.part.count(facts.counter);
    this.#since = facts.since;
    this.#world = world;
    this.#template = facts.data;
  }

  get requestId(): string {
    return this.exchange.id;
  }

  get clock(): Clock {
    return this.#world.clock;
  }

  get random(): Random {
    return this.session.random;
  }

  get uptimeMs(): number {
    return this.#world.machineClock.now() - this.#since;
  }

  get state(): StateAccess {
    return this.session.state;
  }

  get resources(): ResourceAccess {
    return this.#world.resources(this.session);
  }

  /** Evaluated when first read. */
  get data(): unknown {
    if (!this.#hasData) {
      this.#hasData = true;
      this.#data = this.#template?.evaluate(this);
    }
    return this.#data;
  }

  /** The body as JSON, parsed when first read. */
  get json(): JsonBody {
    this.#json ??= parseJsonBody(this.request);
    return this.#json;
  }
}
