import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "./command.ts";
import { ask } from "./http.ts";
import { startServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

const posts: { readonly status: string }[] = [];
const webhook = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    posts.push(JSON.parse(Buffer.concat(chunks).toString()) as (typeof posts)[number]);
    response.end();
  });
});
await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
// A server that listens has one.
const { port: hookPort } = webhook.address() as AddressInfo;

afterAll(() => void webhook.close());

const yaml = `name: shop
server: { workers: 2 }
rate_limit: false
endpoints:
  hello: { path: "/hello/{id:int}", mock: { body: { version: 1 } } }
plugins:
  monitoring:
    custom:
      last_id: { type: gauge, help: The last one., value: "\${path.id}", endpoints: [hello] }
    alerts:
      interval: 1s
      group_wait: 0
      rules: [{ name: busy, condition: "request_rate[1m] > 0 and last_id > 5" }]
      channels: { ops: { type: webhook, url: "http://127.0.0.1:${hookPort}/" } }
`;

interface Metrics {
  /** The sum of all series of a name whose line has these words. */
  sum(name: string, ...words: readonly string[]): number;
}

async function scrape(url: string): Promise<Metrics> {
  const { text } = await ask(`${url}/metrics`, { method: "GET" });
  const lines = text.split("\n");
  return {
    sum: (name, ...words) =>
      lines
        .filter((line) => /^\w+/.exec(line)?.[0] === name && words.every((word) => line.includes(word)))
        .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" "))), 0),
  };
}

const helloCount = (metrics: Metrics): number =>
  metrics.sum("http_server_request_duration_seconds_count", 'http_route="/hello/{id:int}"');

interface Worker {
  readonly pid: number;
  readonly owner: boolean;
}

async function workersOf({ folder }: Workspace): Promise<readonly Worker[]> {
  const { stdout } = await runCommand(["status", "--json"], { cwd: folder });
  return (JSON.parse(stdout) as { readonly workers: readonly Worker[] }).workers;
}

/** Asks until both workers are among the numbers again; every scrape on the way must not fall behind. */
async function untilBoth(url: string, least: number): Promise<Metrics> {
  for (;;) {
    const metrics = await scrape(url).catch(() => undefined);
    if (metrics === undefined) continue;
    expect(helloCount(metrics)).toBeGreaterThanOrEqual(least);
    if (metrics.sum("backworks_workers") === 2) return metrics;
  }
}

const hello = (url: string, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(`${url}/hello/${index}`, { method: "GET" })));

describe("monitoring with several workers", () => {
  it("tells of all of them, whichever is asked, and never less when one is killed", async () => {
    using project = createWorkspace();
    project.write("backworks.yaml", yaml);
    await using server = await startServer({ cwd: project.folder, timeoutMs: 60_000 });
    const { url } = server;
    await hello(url, 40);

    const scrapes = await Promise.all(Array.from({ length: 8 }, () => scrape(url)));
    expect(scrapes.map(helloCount)).toEqual(Array.from({ length: 8 }, () => 40));
    expect(scrapes.map((metrics) => metrics.sum("backworks_workers"))).toEqual(Array.from({ length: 8 }, () => 2));

    for (const isOwner of [false, true]) {
      const before = helloCount(await scrape(url));
      const { pid = 0 } = (await workersOf(project)).find(({ owner }) => owner === isOwner) ?? {};
      process.kill(pid, "SIGKILL");
      await untilBoth(url, before);
      await hello(url, 10);
      expect(helloCount(await scrape(url))).toBe(before + 10);
    }

    project.write("backworks.yaml", yaml.replace("version: 1", "version: 2"));
    await runCommand(["reload"], { cwd: project.folder });
    project.write("backworks.yaml", "name: [");
    await runCommand(["reload"], { cwd: project.folder });
    const after = await untilBoth(url, 60);
    expect(after.sum("backworks_config_reload_total", 'result="success"')).toBe(1);
    expect(after.sum("backworks_config_reload_total", 'result="failure"')).toBe(1);
    expect(after.sum("backworks_config_last_reload_successful")).toBe(0);
    expect(after.sum("backworks_plugin_state", 'plugin="monitoring"', 'state="started"')).toBe(2);
  });

  it("evaluates alerts once, over the requests of all", async () => {
    using project = createWorkspace();
    project.write("backworks.yaml", yaml);
    await using server = await startServer({ cwd: project.folder, timeoutMs: 60_000 });
    posts.length = 0;

    for (let turn = 0; posts.length === 0 && turn < 100; turn += 1) {
      await hello(server.url, 10);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // Time for another worker to tell of it too.
    await new Promise((resolve) => setTimeout(resolve, 2500));

    expect(posts).toMatchObject([{ status: "firing", alerts: [{ labels: { alertname: "busy" } }] }]);
    const metrics = await scrape(server.url);
    expect(metrics.sum("backworks_alerts", 'alertname="busy"', 'state="firing"')).toBe(1);
    expect(metrics.sum("backworks_alert_notifications_total", 'result="sent"')).toBe(1);
  });

  it("goes on with the alerts of a worker that is killed: what fires is not told again", async () => {
    using project = createWorkspace();
    project.write("backworks.yaml", yaml.replace(" and last_id > 5", ""));
    await using server = await startServer({ cwd: project.folder, timeoutMs: 60_000 });
    posts.length = 0;
    for (let turn = 0; posts.length === 0 && turn < 100; turn += 1) {
      await hello(server.url, 10);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { pid = 0 } = (await workersOf(project)).find(({ owner }) => owner) ?? {};

    process.kill(pid, "SIGKILL");
    await untilBoth(server.url, 0);
    // Time for the next worker to evaluate, and to tell of it too.
    await new Promise((resolve) => setTimeout(resolve, 3500));

    expect(posts.map(({ status }) => status)).toEqual(["firing"]);
    const metrics = await scrape(server.url);
    expect(metrics.sum("backworks_alerts", 'alertname="busy"', 'state="firing"')).toBe(1);
  });
});
