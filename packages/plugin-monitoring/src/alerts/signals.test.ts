import { describe, expect, it } from "@jest/globals";
import type { Observation } from "@backworks/core";
import { createFakeProcesses } from "../../test/fake-processes.ts";
import { SeriesBudget } from "../families/budget.ts";
import { Numbers } from "../families/numbers.ts";
import { RequestRecorder } from "../request-recorder.ts";
import { toRule } from "./rule.ts";
import { gatherSignals, shareSignals } from "./signals.ts";
import type { SignalSources } from "./signals.ts";

interface Given {
  readonly statuses: readonly string[];
  readonly lag: number;
  readonly unhealthy: boolean;
  readonly down: boolean;
  readonly target: "up" | "ejected";
  readonly last: readonly [value: number, at: number];
}

function sourcesOf({ statuses, lag, unhealthy, down, target, last }: Given): SignalSources {
  const budget = new SeriesBudget(1000);
  const { durations } = new RequestRecorder(budget);
  for (const status of statuses) durations.observe(durations.bind({ http_response_status_code: status }), 0.001);
  const gauge = new Numbers({ name: "last", help: "The last.", type: "gauge", labelNames: [], budget });
  gauge.set(gauge.bind({}), ...last);
  const observation = {
    requestsUnderWay: () => 2,
    pluginHealth: async () => ({ cache: { status: unhealthy ? "unhealthy" : "healthy" } }),
    modeService: () => ({ targets: () => [{ upstream: "users", target: "one", state: target }] }),
  };
  return {
    durations,
    // Of the observation that is all it asks for.
    observation: observation as unknown as Observation,
    checks: {
      families: [],
      down: () => new Map([["db", down]]),
      health: () => ({ status: "healthy" }),
      start() {},
      stop() {},
    },
    loop: { families: [], lagSeconds: () => lag, start() {}, close() {} },
    gauges: new Map([["last", gauge]]),
  };
}

const well: Given = {
  statuses: ["200", "200"],
  lag: 0.1,
  unhealthy: false,
  down: false,
  target: "up",
  last: [1, 2000],
};
const badly: Given = { statuses: ["503"], lag: 0.5, unhealthy: true, down: true, target: "ejected", last: [9, 1000] };

const rule = (condition: string) =>
  toRule({ name: "r", condition, duration: 0, keep_firing_for: 0, severity: "info" }, []);

describe("the signals of several processes", () => {
  it.each([
    ["the worse last", [well, badly]],
    ["the worse first", [badly, well]],
  ])("are added, and as bad as those of the worst, %s", async (_, all) => {
    const processes = createFakeProcesses(all.length);
    for (const [index, given] of all.entries()) {
      shareSignals(processes[index]!, sourcesOf(given), [rule("plugin_unhealthy > 0")]);
    }

    const signals = await gatherSignals(processes[0]!);

    expect([...(signals?.requests.subarray(0, 3) ?? [])]).toEqual([3, 1, 3]);
    expect(signals).toMatchObject({
      underWay: 4,
      lag: 0.5,
      unhealthy: new Map([["cache", true]]),
      down: new Map([["db", true]]),
      circuits: [{ upstream: "users", target: "one", isOpen: true }],
      gauges: new Map([["last", [{ labels: {}, value: 1, at: 2000 }]]]),
    });
  });

  it("ask plugins how they are only where a rule wants to know", async () => {
    const [processes] = createFakeProcesses(1);
    shareSignals(processes!, sourcesOf(badly), [rule("error_rate > 1%")]);

    expect((await gatherSignals(processes!))?.unhealthy).toEqual(new Map());
  });

  it("are none when nobody answers", async () => {
    expect(await gatherSignals(createFakeProcesses(1)[0]!)).toBeUndefined();
  });
});
