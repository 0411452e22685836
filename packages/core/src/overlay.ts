import type { BackworksRequest, Exchange } from "./exchange.ts";

/** Where an exchange with another request says which one it was made from, whichever copy of core made it. */
const madeFrom: unique symbol = Symbol.for("backworks.madeFrom");

/** What may stand in the place of a request's own members. */
export type RequestMembers = Partial<BackworksRequest>;

/** The request with some members replaced. */
export function overlayRequest(request: BackworksRequest, members: RequestMembers): BackworksRequest {
  return overlay(request, members);
}

/** The exchange with another request. Everything else is that of the exchange, and what is written reaches it. */
export function withRequest(exchange: Exchange, request: BackworksRequest): Exchange {
  // Plugins behind see this one: their views of it are kept apart from those of the exchange.
  return overlay<Exchange & { views?: unknown; [madeFrom]?: Exchange }>(exchange, {
    request,
    views: undefined,
    [madeFrom]: exchange,
  });
}

/** The exchange that one with another request was made from, over any number of changes; itself when it was not. */
export function originOf(exchange: Exchange & { [madeFrom]?: Exchange }): Exchange {
  const before = exchange[madeFrom];
  return before === undefined ? exchange : originOf(before);
}

/** Exchanges of a plugin's own making, each with the one for whose sake it is asked. */
const hosts = new WeakMap<Exchange, Exchange>();

/** Remembers for whose sake an exchange that a plugin made is asked. */
export function setHost(made: Exchange, host: Exchange): void {
  hosts.set(made, host);
}

/** The exchange of the server that another one is asked for; itself when it is that. */
export function hostOf(exchange: Exchange): Exchange {
  const origin = originOf(exchange);
  const host = hosts.get(origin);
  return host === undefined ? origin : hostOf(host);
}

/** A value with some members of its own. Exchanges and requests have private fields, so they cannot be the prototype of another object. */
function overlay<T extends object>(base: T, own: Partial<T>): T {
  return new Proxy(base, {
    get(target, key): unknown {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, key, value) =>
      Object.hasOwn(own, key) ? Reflect.set(own, key, value) : Reflect.set(target, key, value, target),
    has: (target, key) => Object.hasOwn(own, key) || key in target,
  });
}
