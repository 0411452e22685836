import type { Delivery } from "./delivery.ts";
import type { Fault } from "./fault.ts";
import { compileDelay, type Delay } from "./latency/delay.ts";
import { compilePace, type Pace } from "./latency/pace.ts";
import { compileWhen, type WhenContext } from "./match/when.ts";
import type { Path } from "./mistakes.ts";
import { compileOccasion } from "./occasion.ts";
import type { FaultOptions } from "./options/fault.ts";
import type { DeliveryOptions } from "./options/rule.ts";

/** What delivery keys are compiled with. */
export interface DeliveryContext extends WhenContext {
  /** Durations of a trace file, in milliseconds. */
  readTrace(file: string, path: Path): readonly number[];
}

/** Compiles the delivery keys of one block; what it does not say is that of `inherited`. */
export function compileDelivery(
  options: DeliveryOptions,
  path: Path,
  { context, inherited }: { readonly context: DeliveryContext; readonly inherited: Delivery },
): Delivery {
  const { delay, dribble, bandwidth, fault } = options;
  const paced: Pace | undefined = compilePace(dribble, bandwidth);
  const delayed = delay === undefined ? undefined : compileOwnDelay(delay, [...path, "delay"], context);
  return {
    delay: delayed ?? inherited.delay,
    pace: paced ?? inherited.pace,
    fault: fault === undefined ? inherited.fault : compileFault(fault, [...path, "fault"], context),
  };
}

/** What holds when nothing says anything. */
export const plainDelivery: Delivery = { delay: undefined, pace: undefined, fault: undefined };

export function compileFault(options: FaultOptions, path: Path, context: WhenContext): Fault {
  if (typeof options === "string") return { kind: options, checks: [], gates: [], usesBody: false };
  const { kind, when = {} } = options;
  const checks = compileWhen(when, [...path, "when"], context);
  const gates = compileOccasion({ ...options, percent: when.percent }, path.join("."));
  return { kind, checks, gates, usesBody: checks.some((check) => check.usesBody) };
}

function compileOwnDelay(
  options: NonNullable<DeliveryOptions["delay"]>,
  path: Path,
  context: DeliveryContext,
): Delay | undefined {
  return context.mistakes.attempt(() => compileDelay(options, (file) => context.readTrace(file, [...path, "trace"])));
}
