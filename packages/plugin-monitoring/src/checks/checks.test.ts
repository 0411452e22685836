import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import type { StartedApp } from "@backworks/core/testing";
import { valueOf } from "../../test/exposition-reader.ts";
import { scrape, startMonitored, yamlOf } from "../../test/monitored-app.ts";
import { shownMode } from "../../test/shown-mode.ts";
import type { Shown } from "../../test/shown-mode.ts";

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Waits for a check over the network, whose timers go by the fake clock. */
async function until(app: StartedApp, holds: (text: string) => boolean): Promise<string> {
  for (let turn = 0; turn < 500; turn += 1) {
    const text = await scrape(app);
    if (holds(text)) return text;
    await app.clock.advance(100);
  }
  throw new Error("it never held");
}

const up = (text: string): number | undefined => valueOf(text, "backworks_check_up", { check: "it" });

describe("health checks", () => {
  it("ask over HTTP, and tell when the status is a bad one", async () => {
    let status = 204;
    const server = createHttpServer((_, response) => response.writeHead(status).end());
    const port = await listen(server);
    const url = `http://127.0.0.1:${port}/health`;
    await using app = await startMonitored(
      `{ checks: { it: { type: http, url: "${url}", interval: 1s, failures: 2 } } }`,
    );
    await until(app, (text) => up(text) === 1);

    status = 500;
    await until(app, (text) => up(text) === 0);

    const health = await (await app.fetch("/health")).json();
    expect(health).toMatchObject({ status: "degraded", plugins: [{ message: "down: it" }] });
    expect((await app.fetch("/ready")).status).toBe(200);
    status = 200;
    await until(app, (text) => up(text) === 1);
    server.closeAllConnections();
    server.close();
  });

  it("open a connection, and take a critical one for unhealthy", async () => {
    const server = createServer((socket) => socket.destroy());
    const port = await listen(server);
    await using app = await startMonitored(
      `{ checks: { it: { type: tcp, host: 127.0.0.1, port: ${port}, interval: 1s, failures: 1, critical: true } } }`,
    );
    await until(app, (text) => up(text) === 1);

    server.close();
    await until(app, (text) => up(text) === 0);

    expect((await app.fetch("/ready")).status).toBe(503);
  });

  it("give up after their time", async () => {
    const server = createHttpServer(() => {});
    const port = await listen(server);
    await using app = await startMonitored(
      `{ checks: { it: { type: http, url: "http://127.0.0.1:${port}/", interval: 1s, timeout: 500ms, failures: 1 } } }`,
    );

    await until(app, (text) => up(text) === 0);

    expect((await app.plugins.health())[0]?.details).toEqual({ it: "no answer within 500 ms" });
    server.closeAllConnections();
    server.close();
  });

  it("ask a plugin how it is", async () => {
    let status: "healthy" | "unhealthy" = "unhealthy";
    const sick = definePlugin({
      name: "sick",
      version: "1.0.0",
      initialize: () => ({ healthCheck: () => ({ status }) }),
    });
    await using app = await startMonitored(
      "{ checks: { it: { type: plugin, plugin: sick, interval: 1s, failures: 1 } } }\n  sick: {}",
      { plugins: [sick] },
    );
    const text = await until(app, (text) => up(text) === 0);
    expect(valueOf(text, "backworks_plugin_healthy", { plugin: "sick" })).toBe(0);

    status = "healthy";

    await until(app, (text) => up(text) === 1);
  });

  it("run a statement of a database", async () => {
    const shown: Shown = { works: true, target: "up" };
    const check = "{ checks: { it: { type: database, database: main, interval: 1s, failures: 1 } } }";
    await using app = await startMonitored(check, {
      yaml: yamlOf(check).replace("endpoints:", "endpoints:\n  shown: { path: /shown, shown: {} }"),
      modes: [shownMode(shown)],
    });
    await until(app, (text) => up(text) === 1);

    shown.works = false;
    await until(app, (text) => up(text) === 0);

    expect((await app.plugins.health())[0]?.details).toEqual({ it: "it is away" });
  });

  it("tell that what they are for is not there", async () => {
    await using app = await startMonitored(
      "{ checks: { it: { type: database, database: main, interval: 1s, failures: 1 } } }",
    );

    await until(app, (text) => up(text) === 0);

    expect((await app.plugins.health())[0]?.details).toEqual({ it: "there is no database main" });
  });

  it.each([
    "{ checks: { it: { type: http, url: example.org } } }",
    "{ checks: { it: { type: tcp, host: a, port: 0 } } }",
    "{ checks: { it: { type: ping } } }",
    "{ checks: { it: { type: plugin, plugin: a, interval: 1ms } } }",
  ])("refuse %s", async (options) => {
    await expect(startMonitored(options)).rejects.toMatchObject({ code: "BW_CONFIG_INVALID" });
  });
});
