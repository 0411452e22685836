import type { Exchange, Handler, MaybePromise } from "../exchange.ts";
import type { AfterChain, AroundChain, BeforeChain, FinishedChain } from "../model/app.ts";
import type { GuardedAround } from "./around.ts";
import type { GuardedFinished, GuardedHook } from "./hook.ts";

/** `beforeRequest` hooks in order; an early answer ends the chain. `null` when there is none. */
export function chainBefore(hooks: readonly GuardedHook[]): BeforeChain | null {
  const [only] = hooks;
  if (only === undefined) return null;
  return hooks.length === 1 ? only : (exchange) => runBefore(hooks, 0, exchange);
}

/** Puts `around` hooks about a handler, the first outermost. `null` when there is none. */
export function chainAround(hooks: readonly GuardedAround[]): AroundChain | null {
  if (hooks.length === 0) return null;
  return (handler) => hooks.reduceRight<Handler>((inner, hook) => (exchange) => hook(exchange, inner), handler);
}

/** `afterResponse` hooks in order. `null` when there is none. */
export function chainAfter(hooks: readonly GuardedHook[]): AfterChain | null {
  const [only] = hooks;
  if (only === undefined) return null;
  return hooks.length === 1 ? only : (exchange) => runAfter(hooks, 0, exchange);
}

/** `finished` hooks in order. `null` when there is none. */
export function chainFinished(hooks: readonly GuardedFinished[]): FinishedChain | null {
  const [only] = hooks;
  if (only === undefined) return null;
  if (hooks.length === 1) return only;
  return (exchange, outcome, began) => {
    let now = began;
    for (const hook of hooks) now = hook(exchange, outcome, now);
    return now;
  };
}

function runBefore(hooks: readonly GuardedHook[], from: number, exchange: Exchange): MaybePromise<void> {
  for (let index = from; index < hooks.length; index += 1) {
    const waiting = hooks[index]?.(exchange);
    if (waiting !== undefined) return waiting.then(() => proceed(hooks, index + 1, exchange));
    if (exchange.response !== undefined) return undefined;
  }
  return undefined;
}

function proceed(hooks: readonly GuardedHook[], from: number, exchange: Exchange): MaybePromise<void> {
  return exchange.response === undefined ? runBefore(hooks, from, exchange) : undefined;
}

function runAfter(hooks: readonly GuardedHook[], from: number, exchange: Exchange): MaybePromise<void> {
  for (let index = from; index < hooks.length; index += 1) {
    const waiting = hooks[index]?.(exchange);
    if (waiting !== undefined) return waiting.then(() => runAfter(hooks, index + 1, exchange));
  }
  return undefined;
}
