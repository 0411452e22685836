import type { AfterChain, AroundChain, BeforeChain, FinishedChain, RouteHooks } from "../model/app.ts";
import type { GuardedAround } from "./around.ts";
import { chainAfter, chainAround, chainBefore, chainFinished } from "./chain.ts";
import type { HookRoute } from "./condition.ts";
import type { GuardedFinished, GuardedHook } from "./hook.ts";
import type { InstanceHooks, PlacedHook } from "./instance-hooks.ts";

/** What routes without any hook have: nothing to call, nothing to loop over. */
const noHooks: RouteHooks = Object.freeze({
  beforeRequest: null,
  around: null,
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
  const arounds = inOrder(plugins.flatMap(({ around }) => around ?? []));
  // The first to see the request is the last to see the response.
  const after = inOrder(plugins.flatMap(({ afterResponse }) => afterResponse ?? [])).reverse();
  const finished = inOrder(plugins.flatMap((hooks) => hooks.finished ?? []));
  if (before.length + arounds.length + after.length + finished.length === 0) return () => noHooks;

  const befores = createChains<GuardedHook, BeforeChain>(before, chainBefore, limitHook);
  const wraps = createChains<GuardedAround, AroundChain>(arounds, chainAround, limitAround);
  const afters = createChains<GuardedHook, AfterChain>(after, chainAfter, limitHook);
  const ends = createChains<GuardedFinished, FinishedChain>(finished, chainFinished, limitFinished);
  return (route) => {
    const [beforeRequest, around, afterResponse, ended] = [befores(route), wraps(route), afters(route), ends(route)];
    if ([beforeRequest, around, afterResponse, ended].every(({ chain }) => chain === null)) return noHooks;
    return {
      beforeRequest: beforeRequest.chain,
      around: around.chain,
      afterResponse: afterResponse.chain,
      finished: ended.chain,
      requestBody: [beforeRequest, around, afterResponse, ended].some(({ hooks }) => needsRequest(hooks)),
      responseBody: afterResponse.hooks.some((hook) => hook.responseBody),
    };
  };
}

function needsRequest(hooks: readonly Pick<PlacedHook<unknown>, "requestBody">[]): boolean {
  return hooks.some(({ requestBody }) => requestBody);
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

function limitAround(call: GuardedAround, methods: ReadonlySet<string>): GuardedAround {
  return (exchange, next) => (methods.has(exchange.request.method) ? call(exchange, next) : next(exchange));
}

function limitFinished(call: GuardedFinished, methods: ReadonlySet<string>): GuardedFinished {
  return (exchange, outcome, began) => (methods.has(exchange.request.method) ? call(exchange, outcome, began) : began);
}
