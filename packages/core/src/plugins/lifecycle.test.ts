import { describe, expect, it } from "@jest/globals";
import { createRig, failingWays, plugin } from "../../test/plugin-rig.ts";
import type { PluginRig } from "../../test/plugin-rig.ts";
import type { PluginDefinition, PluginInstance } from "../plugin.ts";
import { defineService, provideService } from "../service.ts";

const failingAtOnce = failingWays.filter(({ code }) => code === "BW_PLUGIN_FAILED");

/** A plugin that writes down its steps. */
function tracked(name: string, calls: string[], more: PluginInstance = {}): PluginDefinition {
  return plugin(name, () => {
    calls.push(`initialize ${name}`);
    return {
      start: () => void calls.push(`start ${name}`),
      stop: () => void calls.push(`stop ${name}`),
      cleanup: () => void calls.push(`cleanup ${name}`),
      ...more,
    };
  });
}

function fail(): never {
  throw new Error("no");
}

/** Runs time until a promise that waits for a deadline settles. */
async function settle<T>(rig: PluginRig, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await rig.time.advance(60_000);
  return promise;
}

describe("a life", () => {
  it("goes through its steps in the order of plugins, and ends in reverse", async () => {
    const calls: string[] = [];
    const rig = createRig();

    await rig.load([tracked("b", calls), { ...tracked("a", calls), order: { after: ["b"] } }]);
    await rig.manager.close();

    expect(calls.join(", ")).toBe("initialize b, initialize a, start b, start a, stop a, cleanup a, stop b, cleanup b");
  });

  it.each(failingWays)("ends when initialize $how, and with it those before it", async ({ run, code }) => {
    const calls: string[] = [];
    const rig = createRig();

    const prepared = settle(rig, rig.prepare([tracked("a", calls), plugin("b", run)]));

    await expect(prepared).rejects.toMatchObject({
      code,
      details: { plugin: "b", step: "initialize" },
      where: { line: 1 },
    });
    expect(calls).toEqual(["initialize a", "cleanup a"]);
    expect(rig.time.pending).toBe(0);
  });

  it.each(failingWays)("is cleaned up when start $how", async ({ run, code }) => {
    const calls: string[] = [];
    const rig = createRig();
    const generation = await rig.prepare([tracked("a", calls), tracked("b", calls, { start: run })]);

    const started = settle(rig, generation.start());
    await expect(started).rejects.toMatchObject({
      code,
      details: { plugin: "b", step: "start" },
      where: { line: 1 },
    });
    await generation.abandon();

    expect(calls).toEqual(["initialize a", "initialize b", "start a", "cleanup b", "stop a", "cleanup a"]);
    expect(rig.time.pending).toBe(0);
  });

  it.each(failingWays.flatMap((way) => (["stop", "cleanup"] as const).map((step) => ({ ...way, step }))))(
    "goes on to its end when $step $how",
    async ({ run, step }) => {
      const calls: string[] = [];
      const rig = createRig();
      let closed = false;
      const holder = plugin("c", async ({ resources }) => {
        await resources.acquire("port", { open: () => 1, close: () => void (closed = true) });
        return { [step]: run };
      });
      await rig.load([tracked("a", calls), holder]);

      await settle(rig, rig.manager.close());

      expect(closed).toBe(true);
      expect(calls).toContain("cleanup a");
      expect(rig.log.find(({ fields }) => fields["step"] === step)?.fields["plugin"]).toBe("c");
    },
  );

  it("cleans up an instance that came after its time", async () => {
    const rig = createRig();
    let cleaned = false;
    let arrive = (_instance: PluginInstance): void => {};
    const late = plugin("a", () => new Promise((resolve) => (arrive = resolve)));
    await settle(rig, rig.prepare([late])).catch(() => {});

    arrive({ cleanup: () => void (cleaned = true) });
    await rig.time.advance(0);

    expect(cleaned).toBe(true);
  });

  it("refuses what initialize may not return, and cleans it up", async () => {
    const rig = createRig();
    let cleaned = false;
    const odd = { beforeRequests() {}, cleanup: () => void (cleaned = true) };

    await expect(rig.prepare([plugin("a", odd)])).rejects.toMatchObject({
      code: "BW_PLUGIN_INVALID",
      message: expect.stringContaining("did you mean beforeRequest?"),
    });
    expect(cleaned).toBe(true);
  });

  it.each([
    ["a text", "text", "returned string"],
    ["a hook that is no function", { beforeRequest: 1 }, "beforeRequest is neither"],
    ["a step that is no function", { start: 1 }, "start is not a function"],
    ["a member that throws when it is read", Object.defineProperty({}, "start", { get: fail }), "cannot be read: no"],
  ])("refuses %s from initialize", async (_what, made, problem) => {
    const initialize = (): PluginInstance => made as PluginInstance;

    await expect(createRig().prepare([plugin("a", initialize)])).rejects.toMatchObject({
      code: "BW_PLUGIN_INVALID",
      message: expect.stringContaining(problem),
    });
  });
});

describe("what is made through the context", () => {
  it("ends with the plugin: timers, signal, resources", async () => {
    const rig = createRig();
    const events: string[] = [];
    await rig.load([
      plugin("a", async ({ scheduler, signal, resources }) => {
        scheduler.every(1000, () => events.push("tick"));
        scheduler.after(5000, () => events.push("once"));
        signal.addEventListener("abort", () => events.push("abort"));
        await resources.acquire("pool", { open: () => "pool", close: (pool) => void events.push(`close ${pool}`) });
      }),
    ]);
    await rig.time.advance(2000);

    await rig.manager.close();
    await rig.time.advance(10_000);

    expect(events).toEqual(["tick", "tick", "abort", "close pool"]);
    expect(rig.time.pending).toBe(0);
  });

  it("leaves no timer of ours behind, whatever the steps do", async () => {
    const rig = createRig();
    await rig.load([
      plugin("a", { start: async () => {}, healthCheck: () => ({ status: "healthy" }), getMetrics: () => ({}) }),
    ]);
    await rig.manager.health();
    await rig.manager.metrics();

    expect(rig.time.pending).toBe(0);
  });

  it("refuses to be made when the plugin has ended", async () => {
    const rig = createRig();
    let acquire = async (): Promise<unknown> => undefined;
    let later = (): unknown => undefined;
    await rig.load([
      plugin("a", ({ resources, scheduler }) => {
        acquire = async () => resources.acquire("x", { open: () => 1, close() {} });
        later = () => [scheduler.after(1, () => {}), scheduler.every(1, () => {})];
      }),
    ]);
    await rig.manager.close();

    later();

    await expect(acquire()).rejects.toMatchObject({ code: "BW_PLUGIN_ENDED" });
    expect(rig.time.pending).toBe(0);
    // Whoever waits for a timer that never comes learns why, once.
    const told = rig.log.filter(({ fields }) => String(fields["problem"]).includes("resources.acquire gives open"));
    expect(told).toHaveLength(1);
  });

  it.each(failingAtOnce)("counts a timer that $how for its plugin", async ({ run, says }) => {
    const rig = createRig();
    await rig.load([plugin("a", ({ scheduler }) => void scheduler.after(10, run))]);

    await rig.time.advance(10);

    expect((await rig.manager.health())[0]).toMatchObject({ errors: { timer: 1 }, lastError: { message: says } });
  });

  it("can be cancelled", async () => {
    const rig = createRig();
    let ticks = 0;
    await rig.load([
      plugin("a", ({ scheduler }) => {
        scheduler.after(10, () => (ticks += 1))();
        scheduler.every(10, () => (ticks += 1))();
      }),
    ]);

    await rig.time.advance(100);

    expect([ticks, rig.time.pending]).toEqual([0, 0]);
  });
});

describe("health and metrics", () => {
  it("report what the plugin says of itself", async () => {
    const rig = createRig();
    await rig.load([
      plugin("a", { healthCheck: () => ({ status: "degraded", message: "slow" }), getMetrics: () => ({ hits: 3 }) }),
      plugin("b"),
    ]);

    expect(await rig.manager.health()).toMatchObject([
      { name: "a", version: "1.0.0", state: "started", status: "degraded", message: "slow" },
      { name: "b", state: "started", status: "healthy", errors: {}, lastError: undefined },
    ]);
    expect((await rig.manager.metrics())["a"]?.own).toEqual({ hits: 3 });
  });

  it.each(failingWays)("go on when a check $how", async ({ run }) => {
    const rig = createRig();
    await rig.load([plugin("a", { healthCheck: run, getMetrics: run }), plugin("b")]);

    const health = settle(rig, rig.manager.health());
    const metrics = settle(rig, rig.manager.metrics());

    expect((await health).map(({ status }) => status)).toEqual(["unhealthy", "healthy"]);
    expect((await metrics)["a"]?.own).toEqual({});
  });
});

describe("services", () => {
  const store = defineService<{ get(): string }>("store");

  it("reach plugins that come later, and the App", async () => {
    const rig = createRig();
    const seen: string[] = [];

    const generation = await rig.load([
      plugin("user", ({ service }) => void seen.push(service(store).get()), { requires: { redis: "^1.0.0" } }),
      plugin("redis", { contributes: { services: [provideService(store, { get: () => "value" })] } }),
    ]);

    expect(seen).toEqual(["value"]);
    expect(generation.services.get("store")).toMatchObject({ get: expect.any(Function) });
  });

  it("are an error when nobody offers them, and undefined when asked for politely", async () => {
    const rig = createRig();
    let polite: unknown = 1;

    await rig.load([plugin("a", ({ optionalService }) => void (polite = optionalService(store)))]);

    expect(polite).toBeUndefined();
    await expect(createRig().prepare([plugin("a", ({ service }) => void service(store))])).rejects.toMatchObject({
      code: "BW_PLUGIN_FAILED",
      cause: { code: "BW_SERVICE_MISSING" },
    });
  });

  it("of one name from two plugins are a conflict that names both", async () => {
    const contributes = { services: [provideService(store, { get: () => "" })] };

    await expect(
      createRig().prepare([plugin("a", { contributes }), plugin("b", { contributes })]),
    ).rejects.toMatchObject({
      code: "BW_PLUGIN_CONFLICT",
      details: { first: "a", second: "b", what: "the service store" },
    });
  });
});

describe("contributions", () => {
  const fn = { signature: "f()", description: "", arity: [0, 0], call: () => 1 } as const;
  const handler = (): { status: number } => ({ status: 200 });

  it("are merged in the order of plugins", async () => {
    const connect = (): void => {};

    const { contributions } = await createRig().load([
      plugin("b", { contributes: { routes: [{ path: "/b", handler: connect }], templateFunctions: { f: fn } } }),
      plugin("a", {
        contributes: {
          routes: [{ path: "/a", handler: connect }],
          middleware: [{ handler: connect }],
          handlers: [{ name: "hello", path: "/hello/:who", methods: ["post"], handler }],
        },
      }),
    ]);

    const failed = expect.any(Function);
    expect(contributions.routes).toEqual([
      { path: "/a", handler: connect, plugin: "a", failed },
      { path: "/b", handler: connect, plugin: "b", failed },
    ]);
    expect(contributions.middleware).toEqual([{ handler: connect, plugin: "a", failed }]);
    expect(contributions.handlers).toMatchObject([
      { name: "hello", path: "/hello/{who}", methods: ["POST"], plugin: "a" },
    ]);
    expect([...contributions.templateFunctions]).toEqual([["f", fn]]);
  });

  it.each([
    ["template function", { templateFunctions: { f: fn } }, { templateFunctions: { f: fn } }],
    [
      "route",
      { handlers: [{ name: "x", path: "/x/{id}", handler }] },
      { handlers: [{ name: "y", path: "/x/:name", handler }] },
    ],
  ])("that bring the same %s are a conflict", async (_what, first, second) => {
    const prepared = createRig().prepare([plugin("a", { contributes: first }), plugin("b", { contributes: second })]);

    await expect(prepared).rejects.toMatchObject({ code: "BW_PLUGIN_CONFLICT", details: { first: "a", second: "b" } });
  });

  it.each(failingAtOnce)("count a handler that $how for its plugin", async ({ run }) => {
    const rig = createRig();
    const { contributions } = await rig.load([
      plugin("a", { contributes: { handlers: [{ name: "x", path: "/x", handler: run }] } }),
    ]);

    const answer = (async () => contributions.handlers[0]?.handler({} as never))();

    await expect(answer).rejects.toMatchObject({
      code: "BW_PLUGIN_FAILED",
      details: { plugin: "a", step: "handler x" },
    });
    expect((await rig.manager.health())[0]?.errors).toEqual({ "handler x": 1 });
  });
});
