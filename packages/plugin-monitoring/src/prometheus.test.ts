import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "@jest/globals";
import { definePlugin, upstreamObserverService } from "@backworks/core";
import { freePort } from "../../../scripts/free-port.js";
import { exportRules } from "./alerts/export-rules.ts";
import { presetNames, rulesOf } from "./alerts/presets.ts";
import { scrape, startMonitored, yamlOf } from "../test/monitored-app.ts";
import { shownMode } from "../test/shown-mode.ts";
import { describeWithPrometheus, promtool, startProgram, temporaryFolder, until } from "../test/prometheus.ts";

const custom = `custom: {
      orders_total: { type: counter, help: Orders., labels: { plan: "\${headers.x-plan}" } },
      order_amount: { type: histogram, help: Amounts., value: 5, buckets: [1, 10] } }`;

describeWithPrometheus("Prometheus", () => {
  it("finds nothing to say about the metrics, all of which are there with their types", async () => {
    const cache = definePlugin({
      name: "cache",
      version: "1.0.0",
      optional: { monitoring: "^1.0.0" },
      initialize(context) {
        const failure = { kind: "failed", failure: "timeout" } as const;
        return {
          start() {
            const observer = context.service(upstreamObserverService);
            const attempt = { upstream: "users", target: "one", method: "GET" };
            observer.attempted({ ...attempt, outcome: { kind: "answered", status: 200, ms: 20 } });
            observer.attempted({ ...attempt, outcome: failure });
          },
          beforeRequest() {
            throw new Error("no");
          },
          getMetrics: () => ({ hits: 3, misses: 1 }),
        };
      },
    });
    const options = `{ ${custom}, checks: { it: { type: plugin, plugin: monitoring } },
      alerts: { presets: { upstream_down: true } } }\n  cache: {}`;
    const yaml = yamlOf(options).replace("endpoints:", "endpoints:\n  shown: { path: /shown, shown: {} }");
    const modes = [shownMode({ works: true, target: "up" })];
    await using app = await startMonitored("", { yaml, modes, plugins: [cache] });
    await app.fetch("/users/1", { headers: { "x-plan": 'a "b" \\ c' } });
    await app.fetch("/nowhere");
    // The first run of the check.
    await app.clock.advance(100);

    const text = await scrape(app);

    expect(promtool(["check", "metrics"], text)).toEqual({ status: 0, output: "" });
    const types = Object.fromEntries(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]),
    );
    expect(types).toMatchObject({
      http_server_request_duration_seconds: "histogram",
      http_server_active_requests: "gauge",
      http_client_request_duration_seconds: "histogram",
      backworks_upstream_failures_total: "counter",
      backworks_build_info: "gauge",
      backworks_plugin_state: "gauge",
      backworks_plugin_healthy: "gauge",
      backworks_plugin_hook_duration_seconds: "summary",
      backworks_plugin_errors_total: "counter",
      backworks_plugin_value: "gauge",
      backworks_config_reload_total: "counter",
      backworks_config_last_reload_successful: "gauge",
      backworks_circuit_state: "gauge",
      backworks_cache_requests_total: "counter",
      backworks_eventloop_lag_seconds: "gauge",
      backworks_eventloop_utilization_ratio: "gauge",
      backworks_check_duration_seconds: "gauge",
      backworks_alerts: "gauge",
      process_cpu_seconds_total: "counter",
      process_resident_memory_bytes: "gauge",
    });
  });

  it("takes the rules of every preset", () => {
    using folder = temporaryFolder();
    const presets = presetNames.flatMap((name) => rulesOf(name, {}));
    const own = {
      name: "own",
      condition: "queue > 1 and p99[90s] > 250ms",
      duration: "90s",
      keep_firing_for: "2m",
      severity: "info",
      labels: { team: 'a: "b"' },
      summary: "{{ $value }} waiting # really",
      description: "x: y",
    };

    const text = exportRules({ intervalMs: 15_000, rules: [...presets, own], gauges: ["queue"] });

    const checked = promtool(["check", "rules", folder.write("rules.yml", text)]);
    expect(checked.output).toContain(`SUCCESS: ${presets.length + 1} rules found`);
    expect(checked.status).toBe(0);
  });

  it("stores what it scrapes, in both formats, and an alert reaches a webhook through Alertmanager", async () => {
    using folder = temporaryFolder();
    const received: { readonly version: string; readonly alerts: readonly { readonly labels: object }[] }[] = [];
    const webhook = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push(JSON.parse(Buffer.concat(chunks).toString()) as (typeof received)[number]);
        response.end();
      });
    });
    await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
    const { port: webhookPort } = webhook.address() as AddressInfo;
    await using app = await startMonitored();
    const rules = [
      {
        name: "broken",
        condition: "error_rate[10s] > 50%",
        duration: "1s",
        keep_firing_for: 0,
        severity: "critical",
        summary: "{{ $value }} fail",
      },
    ];
    folder.write("rules.yml", exportRules({ intervalMs: 1000, rules, gauges: [] }));
    const [port, alertPort] = [await freePort(), await freePort()];
    const config = folder.write("prometheus.yml", prometheusConfig(new URL(app.url).host, alertPort));
    const alertConfig = folder.write("alertmanager.yml", alertmanagerConfig(webhookPort));
    await using alertmanager = startProgram("prometheus-alertmanager", [
      `--config.file=${alertConfig}`,
      `--storage.path=${folder.path}/alerts`,
      "--cluster.listen-address=",
      `--web.listen-address=127.0.0.1:${alertPort}`,
    ]);
    await using prometheus = startProgram("prometheus", [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder.path}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--enable-feature=exemplar-storage",
    ]);
    const trace = "0af7651916cd43dd8448eb211c80319c";

    const notification = await until(async () => {
      await app.fetch("/broken", { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
      return received[0];
    }, [alertmanager, prometheus]);

    expect(notification).toMatchObject({
      version: "4",
      alerts: [{ labels: { alertname: "broken", severity: "critical" } }],
    });
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
    const stored = await ask('query?query=http_server_request_duration_seconds_count{http_route="/broken"}');
    expect(stored).toMatchObject({ data: { result: [{ metric: { http_response_status_code: "503" } }] } });
    const now = Date.now() / 1000;
    const exemplars = await ask(
      `query_exemplars?query=http_server_request_duration_seconds_bucket&start=0&end=${now + 3600}`,
    );
    expect(JSON.stringify(exemplars)).toContain(trace);
    const targets = await ask("targets");
    expect(targets).toMatchObject({ data: { activeTargets: [{ health: "up", lastError: "" }] } });
    webhook.close();
    webhook.closeAllConnections();
  }, 120_000);
});

function prometheusConfig(target: string, alertPort: number): string {
  return `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${alertPort}"] }] }] }
scrape_configs: [{ job_name: app, static_configs: [{ targets: ["${target}"] }] }]
`;
}

function alertmanagerConfig(port: number): string {
  return `route: { receiver: hook, group_wait: 0s, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: "http://127.0.0.1:${port}/" }] }]
`;
}
