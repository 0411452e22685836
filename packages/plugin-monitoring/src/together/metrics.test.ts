import { describe, expect, it } from "@jest/globals";
import { Gauge, Summary } from "prom-client";
import { readLines, valueOf } from "../../test/exposition-reader.ts";
import { createFakeProcesses } from "../../test/fake-processes.ts";
import { createFakeClock, silentLogger } from "@backworks/core/testing";
import { Collector } from "../collector.ts";
import { writeExposition } from "../exposition.ts";
import { SeriesBudget } from "../families/budget.ts";
import { computed } from "../families/computed.ts";
import type { Family } from "../families/family.ts";
import { Histogram } from "../families/histogram.ts";
import { Numbers } from "../families/numbers.ts";
import type { Format } from "../families/text.ts";
import { SharedRegistry } from "../registry.ts";
import { gatherMetrics, shareMetrics } from "./metrics.ts";

interface Worker {
  readonly durations: Histogram;
  readonly orders: Numbers;
  readonly last: Numbers;
  readonly registry: SharedRegistry;
  up: number;
  scrape(format?: Format): Promise<string>;
}

function startWorkers(count: number): readonly Worker[] {
  return createFakeProcesses(count).map((processes) => {
    const budget = new SeriesBudget(1000);
    const shared = { labelNames: ["route"], budget };
    const durations = new Histogram({ ...shared, name: "seconds", help: "Time.", buckets: [1, 2] });
    const orders = new Numbers({ ...shared, name: "orders_total", help: "Orders.", type: "counter" });
    const last = new Numbers({ ...shared, name: "last", help: "The last.", type: "gauge" });
    const registry = new SharedRegistry();
    const up = computed({ name: "up_now", help: "Whether it is.", type: "gauge", over: "min" }, () => [
      { value: worker.up },
    ]);
    const hooks = computed({ name: "hook_seconds", help: "Hooks.", type: "summary" }, () => [
      { suffix: "_sum", value: 0.5 },
      { suffix: "_count", value: 2 },
    ]);
    registry.sync([durations, orders, last, up, hooks]);
    const families = (): readonly Family[] => registry.families();
    shareMetrics(processes, families, createCollector());
    const scrape = async (format: Format = "text"): Promise<string> =>
      writeExposition(await gatherMetrics(processes, families()), format);
    const worker: Worker = { durations, orders, last, registry, up: 1, scrape };
    return worker;
  });
}

function createCollector(): Collector {
  return new Collector({ scheduler: createFakeClock(), logger: silentLogger });
}

function pairOfWorkers(): readonly [Worker, Worker] {
  return startWorkers(2) as [Worker, Worker];
}

describe("the metrics of several processes", () => {
  it("are the sums of what they counted, of whichever it is asked", async () => {
    const [one, other] = pairOfWorkers();
    for (const { durations } of [one, other]) durations.observe(durations.bind({ route: "/a" }), 0.5);
    one.durations.observe(one.durations.bind({ route: "/a" }), 5);
    other.orders.add(other.orders.bind({ route: "/b" }), 3);

    const text = await one.scrape();

    expect(valueOf(text, "seconds_bucket", { route: "/a", le: "1" })).toBe(2);
    expect(valueOf(text, "seconds_bucket", { route: "/a", le: "+Inf" })).toBe(3);
    expect(valueOf(text, "seconds_sum", { route: "/a" })).toBe(6);
    expect(valueOf(text, "seconds_count", { route: "/a" })).toBe(3);
    expect(valueOf(text, "orders_total", { route: "/b" })).toBe(3);
    expect([valueOf(text, "hook_seconds_sum"), valueOf(text, "hook_seconds_count")]).toEqual([1, 4]);
    expect(valueOf(text, "backworks_workers")).toBe(2);
    expect(await other.scrape()).toBe(text);
  });

  it("are put together by what a gauge stands for", async () => {
    const [one, other] = pairOfWorkers();
    one.last.set(one.last.bind({ route: "/a" }), 7, 2000);
    other.last.set(other.last.bind({ route: "/a" }), 9, 1000);
    other.up = 0;

    const text = await one.scrape();

    expect(valueOf(text, "last")).toBe(7);
    expect(valueOf(text, "up_now")).toBe(0);
  });

  it("have the latest exemplar of each bucket", async () => {
    const [one, other] = pairOfWorkers();
    for (const [{ durations }, at] of [[one, 1000] as const, [other, 2000] as const]) {
      const series = durations.bind({ route: "/a" });
      const bucket = durations.observe(series, 0.5);
      durations.setExemplar(series, bucket, { traceId: `trace${at}`, spanId: "span", value: 0.5, at });
    }

    const text = await one.scrape("openmetrics");

    expect(text).toContain('le="1.0"} 2 # {trace_id="trace2000",span_id="span"} 0.5 2.000\n');
    expect(text).not.toContain("trace1000");
  });

  it("are those of other plugins too, as these say", async () => {
    const workers = pairOfWorkers();
    for (const [index, { registry }] of workers.entries()) {
      const registers = [registry.registry];
      new Gauge({ name: "jobs", help: "Jobs", registers }).set(index + 1);
      new Gauge({ name: "version", help: "Version", registers, aggregator: "max" }).set(index + 1);
      new Gauge({ name: "secret", help: "Of one alone", registers, aggregator: "omit" }).set(1);
      new Summary({ name: "size", help: "Sizes", registers, percentiles: [0.5] }).observe(10);
    }

    const text = await workers[0].scrape();

    expect([valueOf(text, "jobs"), valueOf(text, "version"), valueOf(text, "secret")]).toEqual([3, 2, undefined]);
    const sizes = readLines(text).filter(({ name }) => name.startsWith("size"));
    expect(sizes.map(({ name, value }) => [name, value])).toEqual([
      ["size_sum", 20],
      ["size_count", 2],
    ]);
  });

  it("do not add buckets to others of the same name", async () => {
    const [one, other] = createFakeProcesses(2);
    const histogram = (buckets: readonly number[]): Histogram => {
      const budget = new SeriesBudget(100);
      const made = new Histogram({ name: "size", help: "Sizes.", labelNames: [], buckets, budget });
      made.observe(made.bind({}), 1);
      return made;
    };
    const own = histogram([1, 2]);
    shareMetrics(one!, () => [own], createCollector());
    shareMetrics(other!, () => [histogram([1, 5])], createCollector());

    const text = await writeExposition(await gatherMetrics(one!, [own]), "text");

    expect(valueOf(text, "size_count")).toBe(1);
  });
});
