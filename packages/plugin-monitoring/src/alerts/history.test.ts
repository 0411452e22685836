import { describe, expect, it } from "@jest/globals";
import { SeriesBudget } from "../families/budget.ts";
import { Histogram } from "../families/histogram.ts";
import { History, quantile } from "./history.ts";
import { readTotals } from "./request-totals.ts";

function rig() {
  const durations = new Histogram({
    name: "d",
    help: "d",
    labelNames: ["http_response_status_code"],
    buckets: [1, 2],
    budget: new SeriesBudget(100),
  });
  const history = new History();
  history.keepMs = 60_000;
  const count = (status: string, times: number): void => {
    const series = durations.bind({ http_response_status_code: status });
    for (let time = 0; time < times; time += 1) durations.observe(series, 0.5);
  };
  const take = (at: number): void => history.take(at, readTotals(durations));
  return { history, count, take };
}

describe("the history", () => {
  it("knows nothing of a single moment", () => {
    const { history, take } = rig();
    take(0);

    expect(history.increase(60_000)).toBeUndefined();
  });

  it("gives what came within a window, and how long that was", () => {
    const { history, count, take } = rig();
    count("200", 5);
    take(0);
    count("200", 3);
    count("500", 1);
    take(15_000);
    count("503", 2);
    take(30_000);

    expect(history.increase(60_000)).toMatchObject({ requests: 6, failed: 3, elapsedMs: 30_000 });
    expect(history.increase(15_000)).toMatchObject({ requests: 2, failed: 2, elapsedMs: 15_000 });
  });

  it("looks back over a whole window when moments are late, and over one step when the window is shorter", () => {
    const { history, count, take } = rig();
    for (const at of [0, 15_001, 30_003, 45_002, 60_004]) {
      count("200", 1);
      take(at);
    }

    expect(history.increase(15_002)).toMatchObject({ requests: 1, elapsedMs: 15_002 });
    expect(history.increase(30_002)).toMatchObject({ requests: 3, elapsedMs: 45_003 });
    expect(history.increase(1000)).toMatchObject({ requests: 1, elapsedMs: 15_002 });
  });

  it("forgets what no rule looks back on", () => {
    const { history, count, take } = rig();
    for (let at = 0; at <= 600_000; at += 15_000) {
      count("200", 1);
      take(at);
    }

    expect(history.increase(10 * 60_000)).toMatchObject({ requests: 4, elapsedMs: 60_000 });
  });
});

describe("a history of another process", () => {
  it("goes on where that one ended, by a clock of its own", () => {
    const { history, count, take } = rig();
    for (const at of [0, 15_000, 30_000]) {
      count("200", 3);
      take(at);
    }
    const other = rig().history;

    other.unpack(1000, structuredClone(history.pack(32_000, "whole")));
    other.take(14_000, Float64Array.of(20, 2, 20, 0, 0));

    expect(other.increase(60_000)).toMatchObject({ requests: 17, failed: 2, elapsedMs: 45_000 });
  });

  it("is added before and behind what is known, moments that are known only once", () => {
    const { history, count, take } = rig();
    for (const at of [0, 15_000, 30_000]) {
      count("200", 1);
      take(at);
    }
    const other = rig().history;
    other.unpack(15_000, history.pack(30_000, "latest"));

    other.unpack(15_000, history.pack(30_000, "whole"));

    expect([...other.pack(15_000, "whole").ages]).toEqual([30_000, 15_000, 0]);
    expect([...other.pack(15_000, "latest").ages]).toEqual([0]);
  });
});

describe("quantile", () => {
  it.each([
    [0.5, [10, 0, 0], 0.5],
    [0.5, [2, 2, 0], 1],
    [0.75, [2, 2, 0], 1.5],
    [0.99, [1, 0, 9], 2],
  ])("of %d in %j is %d", (ratio, counts, value) => {
    expect(quantile(ratio, Float64Array.from(counts), [1, 2])).toBeCloseTo(value, 10);
  });

  it("is nothing when nothing was counted", () => {
    expect(quantile(0.5, new Float64Array(3), [1, 2])).toBeUndefined();
  });
});
