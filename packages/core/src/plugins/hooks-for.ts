import type { AfterChain, BeforeChain, FinishedChain, RouteHooks } from "../model/app.ts";
import { chainAfter, chainBefore, chainFinished } from "./chain.ts";
import type { HookRoute } from "./condition.ts";
import type { GuardedFinished, GuardedHook } from "./hook.ts";
import type { InstanceHooks, PlacedHook } from "./instance-hooks.ts";

/** What routes without any hook have: nothing to call, nothing to loop over. */
const noHooks: RouteHooks = Object.freeze({
  beforeRequest: null,
  afterResponse: null,
  finished: null,
  requestBody: false,
  responseBody: false,
});

/**
 * Makes the function that gives each route its chains.
 *
 * Routes with the same hooks share the same chains: ten thousand routes cost one.
 */
export function createHooksFor(plugins: readonly InstanceHooks[]): (route: HookRoute) => RouteHooks {
  const before = inOrder(plugins.flatMap(({ beforeRequest }) => beforeRequest ?? []));
  // The first to see the request is the last to see the response.
  const after = inOrder(plugins.flatMap(({ afterResponse }) => afterResponse ?? [])).reverse();
  const finished = inOrder(plugins.flatMap((hooks) => hooks.finished ?? []));
  if (before.length + after.length + finished.length === 0) return () => noHooks;

  const befores = createChains<GuardedHook, BeforeChain>(before, chainBefore, limitHook);
  const afters = createChains<GuardedHook, AfterChain>(after, chainAfter, limitHook);
  const ends = createChains<GuardedFinished, FinishedChain>(finished, chainFinished, limitFinished);
  return (route) => {
    const [beforeRequest, afterResponse, ended] = [befores(route), afters(route), ends(route)];
    if (beforeRequest.chain === null && afterResponse.chain === null && ended.chain === null) return noHooks;
    return {
      beforeRequest: beforeRequest.chain,
      afterResponse: afterResponse.chain,
      finished: ended.chain,
      requestBody: beforeRequest.hooks.some((hook) => hook.requestBody),
      responseBody: afterResponse.hooks.some((hook) => hook.responseBody),
    };
  };
}

interface Chained<Call, Chain> {
  readonly hooks: readonly PlacedHook<Call>[];
  readonly chain: Chain | null;
}

/** Sorting is stable: equal `order` leaves the order of the plugins. */
function inOrder<Call>(hooks: readonly PlacedHook<Call>[]): PlacedHook<Call>[] {
  return [...hooks].sort((left, right) => left.order - right.order);
}

function createChains<Call, Chain>(
  hooks: readonly PlacedHook<Call>[],
  chain: (calls: readonly Call[]) => Chain | null,
  limit: (call: Call, methods: ReadonlySet<string>) => Call,
): (route: HookRoute) => Chained<Call, Chain> {
  const made = new Map<string, Chained<Call, Chain>>();
  return (route) => {
    const matching = hooks.flatMap((hook, index) => {
      const applies = hook.applies(route);
      return applies === false ? [] : [{ hook, applies, index }];
    });
    const key = matching.map(({ index, applies }) => (applies === true ? `${index}` : `${index}?`)).join(",");
    const known = made.get(key);
    if (known !== undefined) return known;
    const calls = matching.map(({ hook, applies }) => (applies === true ? hook.call : limit(hook.call, applies)));
    const chained = { hooks: matching.map(({ hook }) => hook), chain: chain(calls) };
    made.set(key, chained);
    return chained;
  };
}

function limitHook(call: GuardedHook, methods: ReadonlySet<string>): GuardedHook {
  return (exchange) => (methods.has(exchange.request.method) ? call(exchange) : undefined);
}

function limitFinished(call: GuardedFinished, methods: ReadonlySet<string>): GuardedFinished {
  return (exchange, outcome) => {
    if (methods.has(exchange.request.method)) call(exchange, outcome);
  };
}
