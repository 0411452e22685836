import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import type { ServiceKey } from "@backworks/core";
import type { StartedApp } from "@backworks/core/testing";
import { Counter, Gauge, Histogram, Summary } from "prom-client";
import type { GaugeConfiguration, Registry } from "prom-client";
import { readLines, valueOf } from "../test/exposition-reader.ts";
import { scrape, startMonitored, yamlOf } from "../test/monitored-app.ts";
import { shownMode } from "../test/shown-mode.ts";
import type { Shown } from "../test/shown-mode.ts";
import { metricsRegistryService } from "./service.ts";

const count = "http_server_request_duration_seconds_count";

/** The metrics, as the clock goes on for as long as something is waited for. */
async function scrapeLate(app: StartedApp): Promise<string> {
  const scraped = scrape(app);
  const waiting = { isOver: false };
  scraped.finally(() => (waiting.isOver = true)).catch(() => {});
  while (!waiting.isOver) {
    await app.clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return scraped;
}

describe("the metrics", () => {
  it("count requests by method, route and status", async () => {
    await using app = await startMonitored();
    await app.fetch("/users/1");
    await app.fetch("/users/2");
    await app.fetch("/users/2", { method: "DELETE" });
    await app.fetch("/broken");
    await app.fetch("/nowhere");

    const text = await scrape(app);

    const route = "/users/{id:int}";
    expect(valueOf(text, count, { http_request_method: "GET", http_route: route })).toBe(2);
    expect(valueOf(text, count, { http_request_method: "DELETE", http_route: route })).toBe(1);
    expect(valueOf(text, count, { http_response_status_code: "503", http_route: "/broken" })).toBe(1);
    expect(valueOf(text, count, { http_response_status_code: "404", http_route: "" })).toBe(1);
    expect(valueOf(text, "http_server_request_duration_seconds_bucket", { http_route: route, le: "+Inf" })).toBe(2);
  });

  it("know methods that HTTP has, and no others", async () => {
    await using app = await startMonitored();
    await app.fetch("/users/1", { method: "HEAD" });
    await app.fetch("/users/1", { method: "PROPFIND" });

    const text = await scrape(app);

    expect(valueOf(text, count, { http_request_method: "HEAD" })).toBe(1);
    expect(valueOf(text, count, { http_request_method: "_OTHER" })).toBe(1);
  });

  it("tell of requests under way, plugins, reloads and the process", async () => {
    await using app = await startMonitored();

    const text = await scrape(app);

    expect(valueOf(text, "http_server_active_requests")).toBe(1);
    expect(valueOf(text, "backworks_build_info", { version: "1.0.0" })).toBe(1);
    expect(valueOf(text, "backworks_plugin_state", { plugin: "monitoring", state: "started" })).toBe(1);
    expect(valueOf(text, "backworks_plugin_state", { plugin: "monitoring", state: "failed" })).toBe(0);
    expect(valueOf(text, "backworks_plugin_healthy", { plugin: "monitoring" })).toBe(1);
    expect(valueOf(text, "backworks_config_reload_total", { result: "success" })).toBe(0);
    expect(valueOf(text, "backworks_eventloop_lag_seconds", { stat: "p99" })).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
  });

  it("tell what plugins count themselves", async () => {
    const queue = definePlugin({
      name: "queue",
      version: "1.0.0",
      initialize: () => ({ getMetrics: () => ({ waiting: 7 }) }),
    });
    await using app = await startMonitored("{}\n  queue: {}", { plugins: [queue] });

    expect(valueOf(await scrape(app), "backworks_plugin_value", { plugin: "queue", name: "waiting" })).toBe(7);
  });

  it("tell what hooks of plugins cost and how often they failed", async () => {
    const failing = definePlugin({
      name: "failing",
      version: "1.0.0",
      initialize: () => ({
        beforeRequest() {
          throw new Error("no");
        },
      }),
    });
    await using app = await startMonitored("{}\n  failing: {}", { plugins: [failing] });
    await app.fetch("/users/1");

    const text = await scrape(app);

    const hook = { plugin: "failing", hook: "beforeRequest" };
    expect(valueOf(text, "backworks_plugin_hook_duration_seconds_count", hook)).toBeGreaterThanOrEqual(1);
    expect(
      valueOf(text, "backworks_plugin_errors_total", { plugin: "failing", step: "beforeRequest" }),
    ).toBeGreaterThanOrEqual(1);
  });

  it("tell of targets of upstreams, and what a cache counts", async () => {
    const shown: Shown = { works: true, target: "up" };
    const cache = definePlugin({
      name: "cache",
      version: "1.0.0",
      initialize: () => ({ getMetrics: () => ({ hits: 3, misses: 1, entries: 7 }) }),
    });
    const yaml = yamlOf("{}\n  cache: {}").replace("endpoints:", "endpoints:\n  shown: { path: /shown, shown: {} }");
    await using app = await startMonitored("{}", { yaml, modes: [shownMode(shown)], plugins: [cache] });
    const circuit = { upstream: "users", target: "http://one.example:8080" };
    expect(valueOf(await scrape(app), "backworks_circuit_state", { ...circuit, state: "closed" })).toBe(1);

    shown.target = "ejected";
    const text = await scrape(app);

    expect(valueOf(text, "backworks_circuit_state", { ...circuit, state: "closed" })).toBe(0);
    expect(valueOf(text, "backworks_circuit_state", { ...circuit, state: "open" })).toBe(1);
    const results = readLines(text).filter(({ name }) => name === "backworks_cache_requests_total");
    expect(results.map(({ labels, value }) => [labels["result"], value])).toEqual([
      ["hits", 3],
      ["misses", 1],
    ]);
  });

  it("go on over a reload, also of the plugin's own options", async () => {
    await using app = await startMonitored();
    await app.fetch("/users/1");

    app.write("backworks.yaml", yamlOf("{ path: /numbers }"));
    await app.reload();
    await app.fetch("/users/1");

    const text = await (await app.fetch("/numbers")).text();
    expect(valueOf(text, count, { http_route: "/users/{id:int}" })).toBe(2);
    expect(valueOf(text, "backworks_config_reload_total", { result: "success" })).toBe(1);
    expect((await app.fetch("/metrics")).status).toBe(404);
  });

  it("count reloads that failed", async () => {
    await using app = await startMonitored();

    app.write("backworks.yaml", yamlOf("{ path: no }"));
    await expect(app.reload()).rejects.toMatchObject({ code: "BW_CONFIG_INVALID" });

    const text = await scrape(app);
    expect(valueOf(text, "backworks_config_reload_total", { result: "failure" })).toBe(1);
    expect(valueOf(text, "backworks_config_last_reload_successful")).toBe(0);
  });

  it("show a name once, with type and help", async () => {
    await using app = await startMonitored();
    await app.fetch("/users/1");

    const text = await scrape(app);

    const types = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
    const keys = readLines(text).map(({ name, labels }) => name + JSON.stringify(labels));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("the formats", () => {
  it("are Prometheus text unless OpenMetrics is wanted", async () => {
    await using app = await startMonitored();

    const plain = await app.fetch("/metrics");
    const open = await app.fetch("/metrics", {
      headers: { accept: "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5" },
    });

    expect(plain.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(open.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    const text = await open.text();
    expect(text.endsWith("# EOF\n")).toBe(true);
    expect(text).toContain("# TYPE process_cpu_seconds counter\n# UNIT process_cpu_seconds seconds\n");
    expect(text).toContain("process_cpu_seconds_total ");
  });

  it("have exemplars in OpenMetrics, of requests whose trace is recorded", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    await using app = await startMonitored();
    await app.fetch("/users/1", { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
    await app.fetch("/broken", { headers: { traceparent: `00-${"1".repeat(32)}-b7ad6b7169203331-00` } });

    const open = await scrape(app, { accept: "application/openmetrics-text" });

    expect(open).toMatch(
      new RegExp(`le="0.005"\\} 1 # \\{trace_id="${trace}",span_id="[0-9a-f]{16}"\\} \\S+ \\d+\\.\\d{3}\n`),
    );
    expect(open).not.toContain("1".repeat(32));
    expect(await scrape(app)).not.toContain(trace);
  });

  it("have no exemplar any more once they are off", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    await using app = await startMonitored();
    await app.fetch("/users/1", { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });

    app.write("backworks.yaml", yamlOf("{ exemplars: false }"));
    await app.reload();

    const open = await scrape(app, { accept: "application/openmetrics-text" });
    expect(valueOf(open, count, { http_route: "/users/{id:int}" })).toBe(1);
    expect(open).not.toContain(trace);
  });
});

describe("the budget of series", () => {
  it("counts what is over it together, the class of the status kept", async () => {
    const routes = Array.from({ length: 12 }, (_, index) => `  e${index}: { path: /e${index}, mock: { body: 1 } }\n`);
    await using app = await startMonitored("", {
      yaml: `name: x\nendpoints:\n${routes.join("")}plugins:\n  monitoring: { max_series: 100 }\n`,
    });
    for (let index = 0; index < 12; index += 1) await app.fetch(`/e${index}`);

    const text = await scrape(app);

    const series = readLines(text).filter(({ name }) => name === count);
    expect(series).toHaveLength(6);
    expect(valueOf(text, count, { http_route: "__other__", http_response_status_code: "2xx" })).toBe(7);
  });
});

describe("the token", () => {
  it("is asked for where it is set", async () => {
    await using app = await startMonitored('{ token: "a good secret" }');
    const ask = (authorization?: string) =>
      app.fetch("/metrics", authorization === undefined ? {} : { headers: { authorization } });

    const refused = await ask();

    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    expect(await refused.json()).toMatchObject({ code: "BW_MONITORING_TOKEN" });
    expect((await ask("Bearer another")).status).toBe(401);
    expect((await ask("Bearer a good secret")).status).toBe(200);
  });
});

describe("the registry", () => {
  it("takes metrics of other plugins, and shows ours", async () => {
    const key: ServiceKey<Registry> = metricsRegistryService;
    const visits = definePlugin({
      name: "visits",
      version: "1.0.0",
      requires: { monitoring: "^1.0.0" },
      initialize(context) {
        const registry = context.service(key);
        const counter = new Counter({
          name: "visits_total",
          help: "Visits",
          labelNames: ["page"],
          registers: [registry],
        });
        return {
          beforeRequest: () => counter.inc({ page: 'a "b"' }),
          getMetrics: async () => ({ all: (await registry.getMetricsAsJSON()).length }),
        };
      },
    });
    await using app = await startMonitored("{}\n  visits: {}", { plugins: [visits] });
    await app.fetch("/users/1");

    const text = await scrape(app);

    expect(text).toContain('visits_total{page="a \\"b\\""} 2\n');
    expect(await scrape(app, { accept: "application/openmetrics-text" })).toContain("# TYPE visits counter\n");
    expect((await app.plugins.metrics())["visits"]?.own["all"]).toBeGreaterThan(15);
  });

  /** A plugin that adds a gauge. */
  const adding = (options: Pick<GaugeConfiguration<string>, "name" | "collect">) =>
    definePlugin({
      name: "adding",
      version: "1.0.0",
      requires: { monitoring: "^1.0.0" },
      initialize(context) {
        const gauge = new Gauge({ help: "x", registers: [context.service(metricsRegistryService)], ...options });
        return { stop: () => gauge.reset() };
      },
    });

  it("refuses a plugin that wants a name of ours, before anything is scraped", async () => {
    const plugins = [adding({ name: "process_resident_memory_bytes" })];

    await expect(startMonitored("{}\n  adding: {}", { plugins })).rejects.toMatchObject({
      cause: { message: expect.stringContaining("already been registered") },
    });
  });

  it("leaves out a metric of another plugin that cannot be read", async () => {
    const failing = adding({
      name: "odd",
      collect() {
        throw new Error("it is away");
      },
    });
    await using app = await startMonitored("{}\n  adding: {}", { plugins: [failing] });

    const answer = await app.fetch("/metrics");

    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(readLines(text).map(({ name }) => name)).not.toContain("odd");
    expect(valueOf(text, "backworks_metric_missing", { metric: "odd", reason: "failed" })).toBe(1);
  });

  it("does without a metric that does not answer, asks it once, and has it again when it does", async () => {
    const answers: (() => void)[] = [];
    const hanging = adding({
      name: "slow",
      collect() {
        this.set(7);
        return new Promise<void>((resolve) => answers.push(resolve));
      },
    });
    await using app = await startMonitored("{}\n  adding: {}", { plugins: [hanging] });
    const scraped = scrapeLate(app);

    const first = await scraped;
    const second = await scrape(app);
    const asked = answers.length;
    for (const answer of answers.splice(0)) answer();
    const third = scrape(app);
    for (; answers.length === 0;) await new Promise((resolve) => setImmediate(resolve));
    answers[0]?.();

    for (const text of [first, second]) {
      expect(valueOf(text, "backworks_metric_missing", { metric: "slow", reason: "late" })).toBe(1);
      expect([valueOf(text, "slow"), valueOf(text, "http_server_active_requests")]).toEqual([undefined, 1]);
    }
    expect(asked).toBe(1);
    const text = await third;
    expect([valueOf(text, "slow"), valueOf(text, "backworks_metric_missing")]).toEqual([7, undefined]);
  });

  it("does without the numbers of a plugin that does not say them, and tells whose they are", async () => {
    const silent = definePlugin({
      name: "silent",
      version: "1.0.0",
      initialize: () => ({ getMetrics: () => new Promise<never>(() => {}) }),
    });
    const counting = definePlugin({
      name: "cache",
      version: "1.0.0",
      initialize: () => ({ getMetrics: () => ({ hits: 3 }) }),
    });
    await using app = await startMonitored("{}\n  silent: {}\n  cache: {}", { plugins: [silent, counting] });

    const text = await scrapeLate(app);

    expect(valueOf(text, "backworks_plugin_value", { plugin: "cache", name: "hits" })).toBe(3);
    expect(valueOf(text, "backworks_cache_requests_total", { result: "hits" })).toBe(3);
    const failures = { plugin: "silent", step: "getMetrics" };
    expect(valueOf(await scrapeLate(app), "backworks_plugin_errors_total", failures)).toBe(1);
  });

  it("writes bounds of buckets and quantiles with a fraction in OpenMetrics alone", async () => {
    const sizes = definePlugin({
      name: "sizes",
      version: "1.0.0",
      requires: { monitoring: "^1.0.0" },
      initialize(context) {
        const registers = [context.service(metricsRegistryService)];
        const labelNames = ["le_of"];
        new Histogram({ name: "size", help: "Sizes", buckets: [1, 2.5], labelNames, registers }).observe(
          { le_of: '{le="1"' },
          2,
        );
        new Summary({ name: "weight", help: "Weights", percentiles: [0, 0.5, 1], registers }).observe(2);
        return {};
      },
    });
    await using app = await startMonitored("{}\n  sizes: {}", { plugins: [sizes] });

    const open = await scrape(app, { accept: "application/openmetrics-text" });

    expect(open.split("\n").filter((line) => /^(?:size_bucket|weight\{)/.test(line))).toEqual([
      'size_bucket{le="1.0",le_of="{le=\\"1\\""} 0',
      'size_bucket{le="2.5",le_of="{le=\\"1\\""} 1',
      'size_bucket{le="+Inf",le_of="{le=\\"1\\""} 1',
      'weight{quantile="0.0"} 2',
      'weight{quantile="0.5"} 2',
      'weight{quantile="1.0"} 2',
    ]);
    expect(await scrape(app)).toContain('size_bucket{le="1",le_of=');
  });
});
