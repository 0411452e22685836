import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import { silentLogger } from "../logger.ts";
import { configJsonSchema, loadConfig, openApp } from "./open-app.ts";
import { serve } from "./serve.ts";

const config = {
  name: "shop",
  server: { base_path: "/api" },
  endpoints: {
    user: { path: "/users/{id:int}", mock: { data: { id: "${path.id}" } } },
    big: { path: "/big", mock: { data: "x".repeat(300_000) } },
    echo: { path: "/echo", methods: ["POST"], mock: { body: "${body}" } },
    broken: { path: "/broken", mock: { rules: [{ fault: "empty" }] } },
  },
};
const options = { config, env: {}, cwd: "/tmp" };

describe("openApp", () => {
  it("answers in process by the same road as over the network", async () => {
    await using opened = await openApp(options);

    const user = await opened.inject({ method: "get", url: "/api/users/7" });
    const big = await opened.inject({ method: "GET", url: "/api/big" });
    const echo = await opened.inject({
      method: "POST",
      url: "/api/echo",
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });

    expect([user.status, Buffer.from(user.body).toString()]).toEqual([200, '{"id":7}']);
    expect(big.body).toHaveLength(300_000);
    expect(Buffer.from(echo.body).toString()).toBe('{"a":1}');
  });

  it("rejects when the connection is broken on purpose", async () => {
    await using opened = await openApp(options);

    await expect(opened.inject({ method: "GET", url: "/api/broken" })).rejects.toThrow("socket hang up");
  });

  it("starts plugins with the first request, and ends them also when there was none", async () => {
    const steps: string[] = [];
    const plugin = definePlugin({
      name: "steps",
      version: "1.0.0",
      initialize: () => ({
        start: () => void steps.push("start"),
        stop: () => void steps.push("stop"),
        cleanup: () => void steps.push("cleanup"),
      }),
    });
    const withPlugin = { ...options, config: { ...config, plugins: { steps: {} } }, plugins: [plugin] };

    await (await openApp(withPlugin)).close();
    expect(steps).toEqual(["cleanup"]);
    const opened = await openApp(withPlugin);
    await opened.inject({ method: "GET", url: "/api/users/1" });
    await opened.close();
    expect(steps).toEqual(["cleanup", "start", "stop", "cleanup"]);
  });

  it("explains which route answers, and what a miss may have meant", async () => {
    await using opened = await openApp(options);

    const hit = await opened.explain({ method: "GET", url: "/api/users/7" });
    const method = await opened.explain({ method: "GET", url: "/api/echo" });
    const base = await opened.explain({ method: "GET", url: "/big" });

    expect(hit).toMatchObject({ route: { endpoint: "user" }, params: { id: 7 } });
    expect(method).toMatchObject({ route: undefined, hints: ["/api/echo answers POST"] });
    expect(base.hints).toEqual(["every path begins with /api: try /api/big"]);
  });
});

describe("loadConfig and configJsonSchema", () => {
  it("check without opening anything", async () => {
    expect((await loadConfig(options)).endpoints.map(({ name }) => name)).toEqual(["user", "big", "echo", "broken"]);
    await expect(loadConfig({ config: { name: "x", endpoints: { a: { pat: "/a" } } } })).rejects.toMatchObject({
      code: "BW_CONFIG_INVALID",
    });
  });

  it("give a schema also where there is no configuration, or a broken one", async () => {
    const none = await configJsonSchema({ cwd: "/proc/self" });
    const broken = await configJsonSchema({ config: { nope: 1 } });

    expect(none).toMatchObject({ $schema: expect.stringContaining("draft-07") });
    expect(Object.keys(broken["properties"] as object)).toEqual(
      expect.arrayContaining(["endpoints", "plugins", "seed"]),
    );
  });
});

describe("serve", () => {
  it("says that a port is taken, with nothing left open", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;

    const starting = serve({ ...options, port, host: "127.0.0.1", logger: silentLogger });

    await expect(starting).rejects.toMatchObject({ code: "BW_PORT_IN_USE", details: { port, host: "127.0.0.1" } });
    await new Promise((resolve) => other.close(resolve));
  });

  it("serves IPv6 with brackets in its address", async () => {
    await using running = await serve({ ...options, port: 0, host: "::1", logger: silentLogger });

    expect(running.url).toBe(`http://[::1]:${running.port}`);
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
  });

  it("lets a request under way end when it closes, and takes no more", async () => {
    const plugin = definePlugin({
      name: "slow",
      version: "1.0.0",
      initialize: () => ({
        contributes: {
          handlers: [
            {
              name: "s",
              path: "/s",
              handler: () => new Promise((resolve) => setTimeout(() => resolve({ body: "done" }), 100)),
            },
          ],
        },
      }),
    });
    const running = await serve({
      config: { name: "x", endpoints: {}, plugins: { slow: {} } },
      plugins: [plugin],
      env: {},
      cwd: "/tmp",
      port: 0,
      logger: silentLogger,
    });
    const waiting = fetch(`${running.url}/s`);
    await new Promise((resolve) => setTimeout(resolve, 40));

    const closing = running.close();
    const response = await waiting;
    await closing;

    expect([await response.text(), response.headers.get("connection")]).toEqual(["done", "close"]);
    await expect(fetch(`${running.url}/s`)).rejects.toThrow("fetch failed");
  });
});
