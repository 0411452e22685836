import { createFakeClock } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import { createFakeProcesses } from "../../test/fake-processes.ts";
import { Handover } from "./handover.ts";
import type { AlertMemory } from "./handover.ts";
import { History } from "./history.ts";
import { RuleState } from "./rule-state.ts";

interface Worker {
  readonly memory: AlertMemory;
  readonly handover: Handover;
}

/** Workers that have begun but for the last one. */
function startWorkers(count: number): readonly Worker[] {
  const clock = createFakeClock();
  const workers = createFakeProcesses(count).map((processes): Worker => {
    const memory = { history: new History(), states: new Map<string, RuleState>(), told: new Map() };
    memory.history.keepMs = 60_000;
    return { memory, handover: new Handover(memory, processes, clock) };
  });
  for (const { handover } of workers.slice(0, -1)) handover.begin();
  return workers;
}

const series = [{ labels: { plugin: "sick" }, value: 1 }];
const times = { forMs: 15_000, keepFiringForMs: 0 };

/** Has a worker evaluate a rule as often, every fifteen seconds, and tell the others. */
function evaluate({ memory, handover }: Worker, often: number): void {
  const rule = memory.states.get("rule") ?? new RuleState();
  memory.states.set("rule", rule);
  for (let turn = 0; turn < often; turn += 1) {
    memory.history.take(turn * 15_000 - 45_000, Float64Array.of(turn, 0));
    rule.evaluate(turn * 15_000, series, times);
    handover.tell();
  }
}

const stateOf = ({ memory }: Worker) =>
  memory.states.get("rule")?.alerts.map(({ state, activeAt }) => [state, activeAt]);

describe("what alerts remember", () => {
  it("is known to the other processes as it changes", () => {
    const [one, other] = startWorkers(3) as [Worker, Worker];

    evaluate(one, 1);
    expect(stateOf(other)).toEqual([["pending", 0]]);
    evaluate(one, 2);
    one.memory.told.set("ops", { firing: new Set(["a"]), resolved: new Set(), at: 1 });
    one.handover.tell();

    expect(stateOf(other)).toEqual([["firing", 0]]);
    expect(other.memory.told).toEqual(one.memory.told);
    expect(other.memory.history.increase(60_000)).toEqual(one.memory.history.increase(60_000));
  });

  it("is learned by a process that begins when it has ended that evaluated", async () => {
    const [one, other, next] = startWorkers(3) as [Worker, Worker, Worker];
    evaluate(one, 3);
    await one.handover.end();
    next.handover.begin();

    await next.handover.recall();

    expect(stateOf(next)).toEqual([["firing", 0]]);
    expect(next.memory.history.increase(60_000)).toEqual(other.memory.history.increase(60_000));
    expect(next.memory.history.increase(60_000)).toMatchObject({ requests: 2, elapsedMs: 30_000 });
  });

  it("is nothing where nobody evaluated yet", async () => {
    const [one, , next] = startWorkers(3) as [Worker, Worker, Worker];
    one.handover.begin();

    await next.handover.recall();

    expect([next.memory.states.size, next.memory.history.isEmpty]).toEqual([0, true]);
  });
});
