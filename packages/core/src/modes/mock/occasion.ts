import type { Gate } from "./gate.ts";
import { toMs } from "./options/duration.ts";
import type { OccasionOptions, WindowOptions } from "./options/fault.ts";
import { percentToRatio, toRatio } from "./options/share.ts";
import type { MockScope } from "./scope.ts";

/** Gates of `window`, `every`, `chance` and `when.percent`, in this order: a draw is made only when it decides. */
export function compileOccasion(
  options: OccasionOptions & { readonly percent?: number | string | undefined },
  counter: string,
): readonly Gate[] {
  return [
    ...(options.window === undefined ? [] : [windowGate(options.window)]),
    ...(options.every === undefined ? [] : [everyGate(options.every, `${counter} every`)]),
    ...(options.percent === undefined ? [] : [chanceGate("percent", percentToRatio(options.percent))]),
    ...(options.chance === undefined ? [] : [chanceGate("chance", toRatio(options.chance))]),
  ];
}

function windowGate({ after, for: length, every }: WindowOptions): Gate {
  const [beginMs, lengthMs, everyMs] = [toMs(after ?? 0), toMs(length), every === undefined ? Infinity : toMs(every)];
  const open = ({ uptimeMs }: MockScope): boolean => {
    const since = uptimeMs - beginMs;
    return since >= 0 && (everyMs === Infinity ? since : since % everyMs) < lengthMs;
  };
  const again = everyMs === Infinity ? "" : ` every ${everyMs} ms`;
  return {
    field: "window",
    expected: `${beginMs} ms to ${beginMs + lengthMs} ms after the load${again}`,
    weight: 1,
    open,
    peek: open,
    actual: (scope) => `${Math.round(scope.uptimeMs)} ms`,
  };
}

function everyGate(every: number, counter: string): Gate {
  return {
    field: "every",
    expected: `each request number ${every}`,
    weight: 1,
    open: (scope) => scope.part.count(counter) % every === 0,
    peek: (scope) => (scope.part.counted(counter) + 1) % every === 0,
    actual: (scope) => `request number ${scope.part.counted(counter) + 1}`,
  };
}

function chanceGate(field: string, ratio: number): Gate {
  return {
    field,
    expected: `${Number((ratio * 100).toPrecision(6))} % of the requests`,
    weight: 0,
    open: (scope) => scope.random() < ratio,
    peek: () => (ratio >= 1 ? true : ratio <= 0 ? false : undefined),
    actual: () => "drawn for each request",
  };
}
