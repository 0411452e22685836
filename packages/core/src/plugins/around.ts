import type { Exchange, MaybePromise, ResponseInit } from "../exchange.ts";
import { originOf, setHost, withRequest } from "../overlay.ts";
import type { Around, Next } from "../plugin.ts";
import { failAround, refuseAround } from "./around-failure.ts";
import { viewOf } from "./exchange-view.ts";
import type { ExchangeView } from "./exchange-view.ts";
import { isThenable } from "./hook.ts";
import type { HookLane, HookSource } from "./hook.ts";

/** An `around` hook that cannot hurt: it throws nothing but what a handler threw, or a refusal. */
export type GuardedAround = (exchange: Exchange, next: Next) => MaybePromise<ResponseInit>;

/** What the calls of one hook share. */
export interface AroundPlace {
  readonly hook: HookSource<Around>;
  readonly lane: HookLane;
  /** Errors of handlers: one request may be answered with what another's handler threw. */
  readonly thrown: WeakSet<object>;
}

/**
 * Puts an `around` hook under the failure policy of its plugin.
 *
 * Its time is the handler's, so neither its duration nor what the handler throws counts against it.
 */
export function guardAround(hook: HookSource<Around>, lane: HookLane): GuardedAround {
  const { breaker } = lane;
  const place: AroundPlace = { hook, lane, thrown: new WeakSet() };
  return (exchange, next) => {
    if (breaker.state !== "closed" && !breaker.admit()) return skip(place, exchange, next);
    hook.stats.calls += 1;
    const asked = new Asked({ place, exchange, next, view: viewOf(lane.plugin, exchange) });
    let answer: MaybePromise<ResponseInit>;
    try {
      answer = hook.run(asked.view, asked.ask);
    } catch (error) {
      return failAround(asked, error);
    }
    if (!isThenable(answer)) return succeed(answer, lane);
    return answer.then(
      (init) => succeed(init, lane),
      (error: unknown) => failAround(asked, error),
    );
  };
}

function succeed(init: ResponseInit, { breaker }: HookLane): ResponseInit {
  if (breaker.state !== "closed") breaker.succeeded();
  return init;
}

function skip({ hook, lane }: AroundPlace, exchange: Exchange, next: Next): MaybePromise<ResponseInit> {
  hook.stats.skipped += 1;
  if (lane.failure === "closed") throw refuseAround(lane, undefined);
  return next(exchange);
}

interface AskedParts {
  readonly place: AroundPlace;
  readonly exchange: Exchange;
  readonly next: Next;
  /** What the plugin has of the exchange. */
  readonly view: ExchangeView;
}

/** One call of a hook: what it asks of the handler, and what comes of it. */
export class Asked {
  readonly place: AroundPlace;
  readonly exchange: Exchange;
  readonly next: Next;
  readonly view: ExchangeView;
  /** Of the handler, for the exchange itself or with another request; `undefined` when it was not asked for that. */
  answer: MaybePromise<ResponseInit> | undefined = undefined;

  constructor({ place, exchange, next, view }: AskedParts) {
    this.place = place;
    this.exchange = exchange;
    this.next = next;
    this.view = view;
  }

  readonly ask: Next = (given) => {
    const isOwn = originOf(given) === this.view;
    if (!isOwn) setHost(given, this.exchange);
    try {
      const answer = this.next(isOwn ? this.#unviewed(given) : given);
      if (isOwn) this.answer = answer;
      // What the hook does not wait for is noted all the same.
      if (isThenable(answer)) answer.then(undefined, this.#note);
      return answer;
    } catch (error) {
      this.#note(error);
      throw error;
    }
  };

  /** The exchange itself, with the request that is given: core knows more of it than a plugin sees. */
  #unviewed(given: Exchange): Exchange {
    return given === this.view ? this.exchange : withRequest(this.exchange, given.request);
  }

  readonly #note = (error: unknown): void => {
    if (typeof error === "object" && error !== null) this.place.thrown.add(error);
  };
}
