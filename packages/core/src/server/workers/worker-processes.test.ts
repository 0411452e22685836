import { describe, expect, it } from "@jest/globals";
import type { Shared } from "../../processes.ts";
import { createFakeClock } from "../fake-clock.ts";
import type { ToldTotals } from "./calls.ts";
import { WorkerProcesses } from "./worker-processes.ts";

function rig() {
  const clock = createFakeClock();
  const told: string[] = [];
  const processes = new WorkerProcesses({
    isOwner: () => false,
    scheduler: clock,
    source: {
      gather: async (topic) => ({ totals: {}, present: [`all of ${topic}`] }),
      tellTotals: ({ topic, totals }: ToldTotals) => void told.push(`${topic} ${totals["n"]?.numbers[0]}`),
      tellOthers: async ({ topic, message }) => {
        if (message === "gone") throw new Error("the primary is gone");
        told.push(`${topic} ${String(message)}`);
        return true;
      },
    },
  });
  return { clock, told, processes, take: () => told.splice(0) };
}

function counting(): Shared & { count: number } {
  const shared = {
    count: 0,
    totals: () => ({ n: { keys: [""], numbers: Float64Array.of(shared.count) } }),
    present: () => `present ${shared.count}`,
  };
  return shared;
}

describe("the processes of a worker", () => {
  it("answer with what is shared here, and ask the primary for what all have", async () => {
    const { processes } = rig();
    processes.share("a", counting());

    expect(await processes.say("a")).toMatchObject({ totals: { n: { keys: [""] } }, present: "present 0" });
    expect(await processes.say("b")).toBeUndefined();
    expect(await processes.gather("a")).toEqual({ totals: {}, present: ["all of a"] });
    expect([processes.several, processes.leads]).toEqual([true, false]);
  });

  it("tell totals from time to time, and at the end", async () => {
    const { processes, clock, take } = rig();
    const shared = counting();
    const end = processes.share("a", shared);
    shared.count = 3;
    await clock.advance(5000);
    expect(take()).toEqual(["a 3"]);

    shared.count = 4;
    await end();

    expect(take()).toEqual(["a 4"]);
    expect(clock.pending).toBe(0);
  });

  it("go on over a reload: who ends first is not the one that speaks", async () => {
    const { processes, clock, take } = rig();
    const [first, second] = [counting(), counting()];
    const endFirst = processes.share("a", first);
    second.count = 7;
    processes.share("a", second);

    await endFirst();

    expect(take()).toEqual([]);
    await clock.advance(5000);
    expect(take()).toEqual(["a 7"]);
  });

  it("tell the next time what could not be told", async () => {
    const { processes, clock, take } = rig();
    const shared = counting();
    let fails = true;
    processes.share("a", {
      ...shared,
      totals() {
        if (fails) throw new Error("no");
        return shared.totals();
      },
    });
    await clock.advance(5000);
    fails = false;
    await clock.advance(5000);

    expect(take()).toEqual(["a 0"]);
  });

  it("tell the others by the primary, and say when it is gone", async () => {
    const { processes, take } = rig();

    expect([await processes.tell("a", "hello"), await processes.tell("a", "gone")]).toEqual([true, false]);
    expect(take()).toEqual(["a hello"]);
  });

  it("hear what is told of a topic, as long as they listen", async () => {
    const { processes } = rig();
    const heard: unknown[] = [];
    const end = processes.listen("a", (message) => void heard.push(message));
    processes.listen("a", (message) => void heard.push(message));
    processes.listen("b", () => void heard.push("of another topic"));

    await processes.hear({ topic: "a", message: 1 });
    end();
    await processes.hear({ topic: "a", message: 2 });
    await processes.hear({ topic: "nobody listens", message: 3 });

    expect(heard).toEqual([1, 1, 2]);
  });
});
