import type { Clock, Scheduler } from "../clock.ts";
import { BackworksError } from "../errors.ts";
import type { BackworksResponse, Exchange, MaybePromise } from "../exchange.ts";
import { HeaderList } from "../headers.ts";
import type { HeaderInit } from "../headers.ts";
import type { Outcome } from "../plugin.ts";
import type { Breaker } from "./breaker.ts";
import { viewOf } from "./exchange-view.ts";
import type { ExchangeView } from "./exchange-view.ts";
import { isAnswer } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";

/** The hooks there are. */
export type HookName = "beforeRequest" | "around" | "afterResponse" | "finished";

/** What one hook did so far. */
export interface HookStats {
  calls: number;
  /** Calls that threw, rejected or took too long. */
  failures: number;
  /** Calls left out while the plugin was quarantined. */
  skipped: number;
  totalMs: number;
  maxMs: number;
}

/** What the request hooks of one instance share. */
export interface HookLane {
  readonly plugin: string;
  readonly failure: "open" | "closed";
  readonly breaker: Breaker;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Of hooks that name no time themselves; another one after a reload, maybe. */
  hookMs(): number;
}

/** A hook of `beforeRequest` or `afterResponse` that cannot hurt: it throws nothing but a refusal or its own answer. */
export type GuardedHook = (exchange: Exchange) => MaybePromise<void>;

/** A `finished` hook that cannot hurt; from the time at its beginning, on the monotonic clock, to that at its end. */
export type GuardedFinished = (exchange: Exchange, outcome: Outcome, began: number) => number;

export function createStats(): HookStats {
  return { calls: 0, failures: 0, skipped: 0, totalMs: 0, maxMs: 0 };
}

export interface HookSource<Run> {
  readonly name: HookName;
  readonly run: Run;
  /** `undefined`: the time of all hooks that name none. */
  readonly timeoutMs: number | undefined;
  readonly stats: HookStats;
}

/**
 * Puts a request hook under the failure policy of its plugin.
 *
 * A hook that does not wait costs two clock readings and no promise.
 */
export function guardHook(hook: HookSource<(exchange: Exchange) => unknown>, lane: HookLane): GuardedHook {
  const { breaker, clock } = lane;
  const { run, stats } = hook;
  return (exchange) => {
    if (breaker.state !== "closed" && !breaker.admit()) return skip(hook, lane);
    const began = clock.monotonic();
    const body = exchange.response?.body;
    const view = viewOf(lane.plugin, exchange);
    let waiting: Promise<unknown> | undefined;
    try {
      const result = run(view);
      waiting = toWaiting(result);
      if (waiting === undefined) refuseReturned(result, hook, exchange);
    } catch (error) {
      return fail({ hook, lane, exchange, view, error, began });
    }
    if (waiting !== undefined) return settleInTime({ hook, lane, exchange, view, began, body, waiting });
    noteResponse(exchange, body, { hook, lane });
    if (count(stats, clock.monotonic() - began) > limitOf(hook, lane)) overran(hook, lane);
    else if (breaker.state !== "closed") breaker.succeeded();
    return undefined;
  };
}

/** Isolates a `finished` hook: it is never awaited, and nothing it does refuses a request. */
export function guardFinished(
  hook: HookSource<(exchange: Exchange, outcome: Outcome) => unknown>,
  lane: HookLane,
): GuardedFinished {
  const { breaker, clock } = lane;
  const failed = (error: unknown): void => {
    hook.stats.failures += 1;
    lane.ledger.record(hook.name, error);
    note(lane);
  };
  return (exchange, outcome, began) => {
    if (breaker.state !== "closed" && !breaker.admit()) {
      hook.stats.skipped += 1;
      return began;
    }
    try {
      const result = hook.run(viewOf(lane.plugin, exchange), outcome);
      if (isThenable(result)) result.then(undefined, failed);
      breaker.succeeded();
    } catch (error) {
      failed(error);
    }
    const ended = clock.monotonic();
    count(hook.stats, ended - began);
    return ended;
  };
}

/** `undefined` for what need not be waited for. What merely looks like a promise may throw when it is asked, or answer twice. */
function toWaiting(result: unknown): Promise<unknown> | undefined {
  if (!isThenable(result)) return undefined;
  return result instanceof Promise ? result : Promise.resolve(result);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function count(stats: HookStats, durationMs: number): number {
  stats.calls += 1;
  stats.totalMs += durationMs;
  if (durationMs > stats.maxMs) stats.maxMs = durationMs;
  return durationMs;
}

interface Call {
  readonly hook: HookSource<(exchange: Exchange) => unknown>;
  readonly lane: HookLane;
  readonly exchange: Exchange;
  /** What the plugin has of the exchange. */
  readonly view: ExchangeView;
  readonly began: number;
}

/** Elsewhere a hook returns its answer. Here that would get lost without a word, and a request that was refused would go through. */
function refuseReturned(result: unknown, { name }: HookSource<unknown>, { response }: Exchange): void {
  if (typeof result !== "object" || result === null || result === response) return;
  if (Object.getPrototypeOf(result) !== Object.prototype || !("status" in result || "body" in result)) return;
  const instead = name === "beforeRequest" ? "answer with exchange.respond(response)" : "change exchange.response";
  throw new TypeError(`${name} returned a response, and what it returns is not looked at: ${instead}`);
}

/**
 * What a hook made of the response. Exchanges of a server remember whose the body is: one that cannot be sent shows only when it is. The length
 * of the body that was there is not that of another one, and would break the connection.
 */
function noteResponse(
  exchange: Exchange & { bodyFrom?: string },
  before: unknown,
  { hook, lane }: Pick<Call, "hook" | "lane">,
): void {
  const { response } = exchange;
  if (response === undefined) return;
  // A plain object is taken here as everywhere, whatever the types say.
  if (!(response.headers instanceof HeaderList)) {
    exchange.response = { ...response, headers: HeaderList.from(response.headers as HeaderInit) };
  }
  if (response.body === before) return;
  exchange.bodyFrom = lane.plugin;
  if (hook.name === "afterResponse") exchange.response?.headers.delete("content-length");
}

interface WaitingCall extends Call {
  readonly waiting: Promise<unknown>;
  /** Of the response, when the hook was called. */
  readonly body: unknown;
}

function settleInTime(call: WaitingCall): Promise<void> {
  const { hook, lane, exchange, began, waiting, body } = call;
  return new Promise((resolve, reject) => {
    let open = true;
    const settle = (end: () => void): void => {
      if (!open) return;
      open = false;
      cancel();
      try {
        end();
        resolve();
      } catch (refusal) {
        reject(refusal);
      }
    };
    const cancel = lane.scheduler.after(limitOf(hook, lane), () =>
      settle(() => fail({ ...call, error: tooSlow(hook, lane) })),
    );
    const failed = (error: unknown): void => settle(() => fail({ ...call, error }));
    const succeeded = (result: unknown): void => {
      try {
        refuseReturned(result, hook, exchange);
      } catch (error) {
        return failed(error);
      }
      settle(() => {
        count(hook.stats, lane.clock.monotonic() - began);
        lane.breaker.succeeded();
        noteResponse(exchange, body, { hook, lane });
      });
    };
    waiting.then(succeeded, failed);
  });
}

/** A failed hook counts as if it had not run: its early answer is taken back, and what it does from now on is its own affair. */
function fail({ hook, lane, exchange, view, error, began }: Call & { readonly error: unknown }): void {
  count(hook.stats, lane.clock.monotonic() - began);
  if (hook.name === "beforeRequest" && isAnswer(error)) throw answered(exchange, lane, error);
  hook.stats.failures += 1;
  view.close();
  lane.ledger.record(hook.name, error);
  note(lane);
  if (hook.name === "beforeRequest") exchange.response = undefined;
  // It may have kept the one that was there.
  else if (exchange.response !== undefined) exchange.response = copyOf(exchange.response);
  if (lane.failure === "closed") throw refusal(lane, error);
}

/** The error, which is the hook's answer. */
function answered(exchange: Exchange, { breaker }: HookLane, error: BackworksError): BackworksError {
  exchange.response = undefined;
  if (breaker.state !== "closed") breaker.succeeded();
  return error;
}

function copyOf({ status, headers, body }: BackworksResponse): BackworksResponse {
  return { status, headers: headers.copy(), body };
}

/** The hook did its work, only too slowly to be let through every time. */
function overran(hook: HookSource<unknown>, lane: HookLane): void {
  hook.stats.failures += 1;
  lane.ledger.record(hook.name, tooSlow(hook, lane));
  note(lane);
}

function note(lane: HookLane): void {
  if (lane.breaker.failed()) lane.ledger.quarantined(lane.breaker.restMs);
}

function skip(hook: HookSource<unknown>, lane: HookLane): void {
  hook.stats.skipped += 1;
  if (lane.failure === "closed") throw refusal(lane, undefined);
}

function limitOf({ timeoutMs }: HookSource<unknown>, lane: HookLane): number {
  return timeoutMs ?? lane.hookMs();
}

function tooSlow(hook: HookSource<unknown>, lane: HookLane): BackworksError {
  return new BackworksError("BW_PLUGIN_TIMEOUT", { plugin: lane.plugin, step: hook.name, limit: limitOf(hook, lane) });
}

function refusal(lane: HookLane, cause: unknown): BackworksError {
  const seconds = Math.max(1, Math.ceil(lane.breaker.restMs / 1000));
  return new BackworksError(
    "BW_PLUGIN_REFUSED",
    { plugin: lane.plugin },
    { cause, headers: { "retry-after": String(seconds) } },
  );
}
