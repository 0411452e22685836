import type { Exchange } from "../exchange.ts";
import type { Around, Outcome, PluginInstance } from "../plugin.ts";
import { appliesTo } from "./condition.ts";
import type { Applies, HookRoute } from "./condition.ts";
import { guardAround } from "./around.ts";
import type { GuardedAround } from "./around.ts";
import { createStats, guardFinished, guardHook } from "./hook.ts";
import type { GuardedFinished, GuardedHook, HookLane, HookName, HookSource, HookStats } from "./hook.ts";
import { readHook } from "./instance-shape.ts";
import type { ReadHook } from "./instance-shape.ts";

/** A guarded hook of one instance with what decides where it stands. */
export interface PlacedHook<Call> {
  readonly name: HookName;
  readonly call: Call;
  readonly order: number;
  readonly requestBody: boolean;
  readonly responseBody: boolean;
  /** Names of endpoints its `when` asks for. */
  readonly endpoints: readonly string[];
  readonly stats: HookStats;
  applies(route: HookRoute): Applies;
}

/** The hooks of one instance that are there. */
export interface InstanceHooks {
  readonly beforeRequest: PlacedHook<GuardedHook> | undefined;
  readonly around: PlacedHook<GuardedAround> | undefined;
  readonly afterResponse: PlacedHook<GuardedHook> | undefined;
  readonly finished: PlacedHook<GuardedFinished> | undefined;
}

/** `finished` has a lane of its own: telemetry that fails must not make a fail-closed plugin refuse requests. */
export interface InstanceLanes {
  readonly request: HookLane;
  readonly finished: HookLane;
}

/** Puts every hook of an instance under its failure policy, once; routes and generations share the result. */
export function guardInstance(instance: PluginInstance, lanes: InstanceLanes): InstanceHooks {
  return {
    beforeRequest: place("beforeRequest", readHook<RequestRun>(instance.beforeRequest, instance), (source) =>
      guardHook(source, lanes.request),
    ),
    around: place("around", readHook<Around>(instance.around, instance), (source) =>
      guardAround(source, lanes.request),
    ),
    // The pipeline calls it only when the response is there, which is what its own type says.
    afterResponse: place(
      "afterResponse",
      readHook<RequestRun>(instance.afterResponse as PluginInstance["beforeRequest"], instance),
      (source) => guardHook(source, lanes.request),
    ),
    finished: place("finished", readHook<FinishedRun>(instance.finished, instance), (source) =>
      guardFinished(source, lanes.finished),
    ),
  };
}

type RequestRun = (exchange: Exchange) => void | Promise<void>;
type FinishedRun = (exchange: Exchange, outcome: Outcome) => void;

function place<Run, Call>(
  name: HookName,
  hook: ReadHook<Run> | undefined,
  guard: (source: HookSource<Run>) => Call,
): PlacedHook<Call> | undefined {
  if (hook === undefined) return undefined;
  const stats = createStats();
  return {
    name,
    call: guard({ name, run: hook.run, timeoutMs: hook.timeoutMs, stats }),
    order: hook.order,
    requestBody: hook.requestBody,
    responseBody: hook.responseBody,
    endpoints: hook.when?.endpoints ?? [],
    stats,
    applies: (route) => appliesTo(hook.when, route),
  };
}
