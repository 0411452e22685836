import { describe, expect, it } from "@jest/globals";
import { defineMode } from "../mode.ts";
import type { Mode } from "../mode.ts";
import { definePlugin } from "../plugin.ts";
import type { PluginHealth } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

function startWith(status: PluginHealth["status"], yaml: string): Promise<StartedApp> {
  const plugin = definePlugin({
    name: "sick",
    version: "1.2.3",
    initialize: () => ({
      healthCheck: () => ({ status, message: "so it is" }),
      beforeRequest: (exchange) => void exchange.respond({ status: 403 }),
    }),
  });
  return startApp({ yaml, plugins: [plugin] });
}

const yaml = "name: shop\nversion: '7'\nendpoints: {}\nplugins: { sick: {} }\n";

describe("probes", () => {
  it.each([
    ["healthy", 200],
    ["degraded", 200],
    ["unhealthy", 503],
  ] as const)("with a plugin that is %s: alive, and %i when asked for readiness", async (status, ready) => {
    await using app = await startWith(status, yaml);

    const health = await app.fetch("/health");

    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({
      status,
      name: "shop",
      version: "7",
      plugins: [{ name: "sick", version: "1.2.3", status, state: "started", message: "so it is" }],
    });
    expect((await app.fetch("/ready")).status).toBe(ready);
  });

  it("give way to an endpoint of the same path, and can be moved and switched off", async () => {
    await using own = await startApp("name: x\nendpoints:\n  h: { path: /health, mock: { data: mine } }\n");
    await using moved = await startApp("name: x\nserver: { health: /live, ready: false }\nendpoints: {}\n");

    expect(await (await own.fetch("/health")).text()).toContain("mine");
    expect((await moved.fetch("/live")).status).toBe(200);
    expect((await moved.fetch("/health")).status).toBe(404);
    expect((await moved.fetch("/ready")).status).toBe(404);
  });

  it("answer at the root and below the base path", async () => {
    await using app = await startApp(
      "name: x\nserver: { base_path: /api }\nendpoints:\n  a: { path: /a, mock: { data: 1 } }\n",
    );

    const paths = ["/health", "/api/health", "/api/a", "/a"];
    const statuses = await Promise.all(paths.map(async (path) => (await app.fetch(path)).status));

    expect(statuses).toEqual([200, 200, 200, 404]);
  });

  it.each([
    ["healthy", 200],
    ["degraded", 200],
    ["unhealthy", 503],
  ] as const)("with a mode that is %s: alive, and %i when asked for readiness", async (status, ready) => {
    const mode = modeWith(() => ({ status, message: "so it is", details: { targets: 2 } }));
    await using app = await startApp({ yaml: "name: x\nendpoints: { a: { path: /a, told: {} } }\n", modes: [mode] });

    const health = await app.fetch("/health");

    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status,
      modes: [{ name: "told", status, message: "so it is", details: { targets: 2 } }],
    });
    expect((await app.fetch("/ready")).status).toBe(ready);
  });

  it("call a mode unhealthy that throws when it is asked", async () => {
    const mode = modeWith(() => {
      throw new Error("no idea");
    });
    await using app = await startApp({ yaml: "name: x\nendpoints: { a: { path: /a, told: {} } }\n", modes: [mode] });

    const health = await app.fetch("/health");

    expect(await health.json()).toMatchObject({ status: "unhealthy", modes: [{ message: "it cannot say how it is" }] });
  });
});

function modeWith(health: NonNullable<Mode["health"]>): Mode {
  const anything = { validate: (value: unknown) => ({ value }), version: 1 as const, vendor: "test" };
  return defineMode({
    name: "told",
    description: "says how it is",
    endpointKeys: { told: { "~standard": anything } },
    open: () => undefined,
    compile: () => () => ({}),
    health,
  });
}
