import { describe, expect, it } from "@jest/globals";
import { createExchange, createRig, failingWays, plugin } from "../../test/plugin-rig.ts";
import type { AnsweredExchange, PluginDefinition } from "../plugin.ts";
import type { RouteHooks } from "../model/app.ts";

const route = { endpoint: "users", method: "GET", mode: "mock" };
const miss = { endpoint: undefined, method: undefined, mode: undefined };
const outcome = { status: 200, bytes: 0, durationMs: 1, aborted: false };
const hang = (): Promise<void> => new Promise(() => {});

async function hooksOf(...plugins: PluginDefinition[]): Promise<RouteHooks> {
  return (await createRig().load(plugins)).hooksFor(route);
}

describe("hook chains", () => {
  it("are null when nobody has a hook", async () => {
    const hooks = await hooksOf(plugin("a"), plugin("b"));

    expect(hooks).toEqual({
      beforeRequest: null,
      around: null,
      afterResponse: null,
      finished: null,
      requestBody: false,
      responseBody: false,
    });
  });

  it("are null on a route that no hook is for", async () => {
    const generation = await createRig().load([
      plugin("a", {
        beforeRequest: { when: { endpoints: ["orders"] }, run() {} },
        finished: { when: { methods: ["POST"] }, run() {} },
      }),
    ]);

    expect(generation.hooksFor(route)).toBe(generation.hooksFor({ ...route, endpoint: "carts" }));
    expect(generation.hooksFor(route).beforeRequest).toBeNull();
  });

  it("are one function for all routes with the same hooks", async () => {
    const generation = await createRig().load([
      plugin("a", { beforeRequest() {} }),
      plugin("b", { beforeRequest() {} }),
    ]);

    expect(generation.hooksFor(route).beforeRequest).toBe(
      generation.hooksFor({ ...route, endpoint: "x" }).beforeRequest,
    );
  });

  it("run before in the order of plugins and after in reverse", async () => {
    const calls: string[] = [];
    const make = (name: string, order = 0): PluginDefinition =>
      plugin(name, {
        beforeRequest: { order, run: () => void calls.push(`before ${name}`) },
        afterResponse: { order, run: () => void calls.push(`after ${name}`) },
        finished: { order, run: () => void calls.push(`finished ${name}`) },
      });
    const hooks = await hooksOf(make("a"), make("b"), make("c", -1));
    const exchange = createExchange();

    await hooks.beforeRequest?.(exchange);
    await hooks.afterResponse?.(exchange);
    hooks.finished?.(exchange, outcome, 0);

    expect(calls.join(", ")).toBe(
      "before c, before a, before b, after b, after a, after c, finished c, finished a, finished b",
    );
  });

  it("make no promise when nobody waits", async () => {
    const hooks = await hooksOf(
      plugin("a", { beforeRequest() {}, afterResponse() {} }),
      plugin("b", { beforeRequest() {} }),
    );

    expect([hooks.beforeRequest?.(createExchange()), hooks.afterResponse?.(createExchange())]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("wait for a hook before the next begins", async () => {
    const calls: string[] = [];
    const slow = async (): Promise<void> => {
      await Promise.resolve();
      calls.push("a");
    };
    const hooks = await hooksOf(
      plugin("a", { beforeRequest: slow, afterResponse: () => void calls.push("after a") }),
      plugin("b", { beforeRequest: () => void calls.push("b"), afterResponse: slow }),
    );

    await hooks.beforeRequest?.(createExchange());
    await hooks.afterResponse?.(createExchange());

    expect(calls).toEqual(["a", "b", "a", "after a"]);
  });

  it.each([
    [
      "at once",
      (exchange: Parameters<NonNullable<RouteHooks["beforeRequest"]>>[0]) => void exchange.respond({ status: 401 }),
    ],
    [
      "later",
      async (exchange: Parameters<NonNullable<RouteHooks["beforeRequest"]>>[0]) => {
        await Promise.resolve();
        exchange.respond({ status: 401 });
      },
    ],
  ])("end with an early answer given %s", async (_when, beforeRequest) => {
    let reached = false;
    const hooks = await hooksOf(
      plugin("a", { beforeRequest }),
      plugin("b", { beforeRequest: () => void (reached = true) }),
    );
    const exchange = createExchange();

    await hooks.beforeRequest?.(exchange);

    expect([exchange.response?.status, reached]).toEqual([401, false]);
  });

  it("tell what bodies they need", async () => {
    const hooks = await hooksOf(
      plugin("a", { beforeRequest: { needs: { requestBody: true }, run() {} } }),
      plugin("b", { afterResponse: { needs: { responseBody: true }, run() {} } }),
    );

    expect([hooks.requestBody, hooks.responseBody]).toEqual([true, true]);
  });

  it.each([
    [{ endpoints: ["users"] }, true, false],
    [{ endpoints: ["orders"] }, false, false],
    [{ modes: ["mock"] }, true, false],
    [{ modes: ["proxy"] }, false, false],
    [{ methods: ["get"] }, true, true],
    [{ endpoints: ["users"], methods: ["POST"] }, false, false],
    [{}, true, true],
  ])("resolve when %j", async (when, onRoute, onMiss) => {
    const generation = await createRig().load([plugin("a", { beforeRequest: { when, run() {} } })]);

    expect(generation.hooksFor(route).beforeRequest !== null).toBe(onRoute);
    expect(generation.hooksFor(miss).beforeRequest !== null).toBe(onMiss);
  });

  it("look at the method where the route answers several", async () => {
    let calls = 0;
    const count = { when: { methods: ["HEAD"] }, run: () => void (calls += 1) };
    const generation = await createRig().load([plugin("a", { beforeRequest: count, finished: count })]);

    for (const hooks of [generation.hooksFor(route), generation.hooksFor(miss)]) {
      for (const method of ["GET", "HEAD"]) {
        await hooks.beforeRequest?.(createExchange(method));
        hooks.finished?.(createExchange(method), outcome, 0);
      }
    }

    expect(calls).toBe(4);
  });

  it("keep `this` of hooks written as methods", async () => {
    const made = {
      seen: 0,
      beforeRequest: {
        count: 0,
        run(this: { count: number }) {
          this.count += 1;
        },
      },
    };
    const hooks = await hooksOf(plugin("a", { beforeRequest: made.beforeRequest }));

    await hooks.beforeRequest?.(createExchange());

    expect(made.beforeRequest.count).toBe(1);
  });

  it("warn of endpoints that are not there", async () => {
    const rig = createRig();

    await rig.load([plugin("a", { finished: { when: { endpoints: ["usres"] }, run() {} } })], {
      endpoints: { users: {} },
    });

    expect(rig.log).toContainEqual({
      level: "warn",
      message: "hook is for endpoints that are not there",
      fields: { plugin: "a", hook: "finished", endpoints: ["usres"] },
    });
  });
});

describe("a failing hook", () => {
  it.each(
    failingWays.flatMap((way) => (["beforeRequest", "afterResponse"] as const).map((hook) => ({ ...way, hook }))),
  )("that $how in $hook is skipped when the plugin fails open", async ({ run, hook, says }) => {
    const rig = createRig();
    const reached: string[] = [];
    const next = plugin(hook === "beforeRequest" ? "z" : "a", { [hook]: () => void reached.push("next") });
    const generation = await rig.load([plugin("m", { [hook]: run }), next]);

    const chain = Promise.resolve(generation.hooksFor(route)[hook]?.(createExchange()));
    await rig.time.advance(250);
    await chain;

    const [report] = (await rig.manager.health()).filter(({ name }) => name === "m");
    expect(reached).toEqual(["next"]);
    expect(report).toMatchObject({ state: "started", errors: { [hook]: 1 }, lastError: { step: hook } });
    expect(report?.lastError?.message).toContain(says);
    expect(rig.time.pending).toBe(0);
  });

  it.each(
    failingWays.flatMap((way) => (["beforeRequest", "afterResponse"] as const).map((hook) => ({ ...way, hook }))),
  )("that $how in $hook refuses the request when the plugin fails closed", async ({ run, hook }) => {
    const rig = createRig();
    const generation = await rig.load([plugin("a", { [hook]: run }, { failure: "closed" })]);

    const chain = (async () => generation.hooksFor(route)[hook]?.(createExchange()))();
    chain.catch(() => {});
    await rig.time.advance(250);

    await expect(chain).rejects.toMatchObject({
      code: "BW_PLUGIN_REFUSED",
      status: 503,
      headers: { "retry-after": "1" },
    });
  });

  it("takes its early answer back", async () => {
    const hooks = await hooksOf(
      plugin("a", {
        beforeRequest(exchange) {
          exchange.respond({ status: 200 });
          throw new Error("boom");
        },
      }),
    );
    const exchange = createExchange();

    await hooks.beforeRequest?.(exchange);

    expect(exchange.response).toBeUndefined();
  });

  it("has its own time budget", async () => {
    const rig = createRig();
    const generation = await rig.load([plugin("a", { beforeRequest: { timeoutMs: 1000, run: hang } })]);
    let done = false;

    void Promise.resolve(generation.hooksFor(route).beforeRequest?.(createExchange())).then(() => (done = true));
    await rig.time.advance(999);
    const early = done;
    await rig.time.advance(1);

    expect([early, done]).toEqual([false, true]);
  });

  it("counts when it blocked the process for longer than its budget", async () => {
    const rig = createRig();
    const generation = await rig.load([
      plugin("a", { beforeRequest: () => rig.time.block(251) }, { failure: "closed" }),
    ]);

    await generation.hooksFor(route).beforeRequest?.(createExchange());

    expect((await rig.manager.health())[0]?.errors).toEqual({ beforeRequest: 1 });
  });

  it("does not reject late when it was given up", async () => {
    const rig = createRig();
    let reject = (_error: Error): void => {};
    const generation = await rig.load([
      plugin("a", { beforeRequest: () => new Promise((_resolve, fail) => (reject = fail)) }),
    ]);
    const chain = Promise.resolve(generation.hooksFor(route).beforeRequest?.(createExchange()));
    await rig.time.advance(250);
    await chain;

    reject(new Error("late"));
    await rig.time.advance(1);

    expect((await rig.manager.health())[0]?.errors).toEqual({ beforeRequest: 1 });
  });
});

describe("quarantine", () => {
  it("leaves a plugin out after five failures, probes after thirty seconds, and takes it back", async () => {
    const rig = createRig();
    let broken = true;
    let calls = 0;
    const generation = await rig.load([
      plugin("a", {
        beforeRequest() {
          calls += 1;
          if (broken) throw new Error("boom");
        },
      }),
    ]);
    const chain = generation.hooksFor(route).beforeRequest;
    const request = (): unknown => chain?.(createExchange());

    for (let times = 0; times < 7; times += 1) request();
    const [quarantined] = await rig.manager.health();
    const callsBefore = calls;
    await rig.time.advance(30_000);
    broken = false;
    for (let times = 0; times < 3; times += 1) request();

    expect([callsBefore, calls]).toEqual([5, 8]);
    expect(quarantined).toMatchObject({ state: "quarantined", status: "unhealthy" });
    expect((await rig.manager.health())[0]).toMatchObject({ state: "started", status: "healthy" });
    expect((await rig.manager.metrics())["a"]?.hooks["beforeRequest"]).toMatchObject({
      calls: 8,
      failures: 5,
      skipped: 2,
    });
  });

  it("lets one request probe while the others go without", async () => {
    const rig = createRig();
    let calls = 0;
    const generation = await rig.load([plugin("a", { beforeRequest: () => ((calls += 1), hang()) })]);
    const chain = generation.hooksFor(route).beforeRequest;
    for (let times = 0; times < 5; times += 1) void chain?.(createExchange());
    await rig.time.advance(30_250);

    void chain?.(createExchange());
    void chain?.(createExchange());
    void chain?.(createExchange());

    expect(calls).toBe(6);
  });

  it("refuses every request of a plugin that fails closed, and says when to come back", async () => {
    const rig = createRig();
    const broken = (): void => {
      throw new Error("boom");
    };
    const generation = await rig.load([plugin("a", { beforeRequest: broken }, { failure: "closed" })]);
    const request = (): unknown => generation.hooksFor(route).beforeRequest?.(createExchange());
    for (let times = 0; times < 5; times += 1) expect(request).toThrow("could not check");

    await rig.time.advance(10_500);

    expect(request).toThrow(expect.objectContaining({ code: "BW_PLUGIN_REFUSED", headers: { "retry-after": "20" } }));
    expect((await rig.manager.metrics())["a"]?.hooks["beforeRequest"]?.skipped).toBe(1);
  });

  it("does not come from finished", async () => {
    const rig = createRig();
    const generation = await rig.load([
      plugin(
        "a",
        {
          beforeRequest() {},
          finished() {
            throw new Error("boom");
          },
        },
        { failure: "closed" },
      ),
    ]);
    const hooks = generation.hooksFor(route);

    for (let times = 0; times < 8; times += 1) hooks.finished?.(createExchange(), outcome, 0);
    await hooks.beforeRequest?.(createExchange());

    expect((await rig.manager.health())[0]).toMatchObject({ state: "started", errors: { finished: 5 } });
  });

  it("writes few lines however often a plugin fails", async () => {
    const rig = createRig();
    await rig.load([
      plugin("a", ({ scheduler }) => {
        scheduler.every(1, () => {
          throw new Error("boom");
        });
      }),
    ]);

    await rig.time.advance(5000);

    expect(rig.log.filter(({ level }) => level === "error")).toHaveLength(10);
    expect((await rig.manager.health())[0]?.errors).toEqual({ timer: 5000 });
    await rig.manager.close();
  });
});

describe("finished", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("boom");
      },
    ],
  ])("is isolated when it %s", async (_how, run) => {
    const rig = createRig();
    let reached = false;
    const generation = await rig.load([
      plugin("a", { finished: run as () => void }),
      plugin("b", { finished: () => void (reached = true) }),
    ]);

    generation.hooksFor(route).finished?.(createExchange(), outcome, 0);
    await rig.time.advance(0);

    expect(reached).toBe(true);
    expect((await rig.manager.health())[0]?.errors).toEqual({ finished: 1 });
  });
});

it("lets an after hook change the response", async () => {
  const hooks = await hooksOf(
    plugin("a", { afterResponse: (exchange: AnsweredExchange) => exchange.response.headers.set("x-a", "1") }),
  );
  const exchange = createExchange();
  exchange.respond({});

  await hooks.afterResponse?.(exchange);

  expect(exchange.response?.headers.get("x-a")).toBe("1");
});

describe("what a hook returns", () => {
  const answer = { status: 401, body: { error: "no" } };

  it.each<[string, PluginDefinition]>([
    ["beforeRequest", plugin("a", { beforeRequest: () => answer as never }, { failure: "closed" })],
    ["beforeRequest that waits", plugin("a", { beforeRequest: async () => answer as never }, { failure: "closed" })],
    ["afterResponse", plugin("a", { afterResponse: () => answer as never }, { failure: "closed" })],
  ])("is not lost when it looks like an answer: %s fails", async (_name, definition) => {
    const rig = createRig();
    const { beforeRequest, afterResponse } = (await rig.load([definition])).hooksFor(route);
    const exchange = createExchange();
    exchange.respond({ body: "handler" });

    const done = (async () => (beforeRequest ?? afterResponse)?.(exchange))();

    await expect(done).rejects.toMatchObject({ code: "BW_PLUGIN_REFUSED" });
    expect((await rig.manager.health())[0]?.lastError?.message).toContain("exchange.respon");
  });

  it("may be anything else", async () => {
    const rig = createRig();
    const hooks = (
      await rig.load([
        plugin("a", {
          beforeRequest: (exchange) => exchange.respond({ status: 401 }) as never,
          afterResponse: () => new Map() as never,
        }),
      ])
    ).hooksFor(route);
    const exchange = createExchange();

    await hooks.beforeRequest?.(exchange);
    await hooks.afterResponse?.(exchange);

    expect(exchange.response?.status).toBe(401);
    expect((await rig.manager.health())[0]).toMatchObject({ errors: {} });
  });

  it("leaves a response whose headers are a plain object", async () => {
    const { beforeRequest } = await hooksOf(
      plugin("a", {
        beforeRequest(exchange) {
          exchange.response = { status: 401, headers: { "x-a": "1" } as never, body: null };
        },
      }),
    );
    const exchange = createExchange();

    await beforeRequest?.(exchange);

    expect(exchange.response?.headers.get("x-a")).toBe("1");
  });

  it("has the body of the request read for whoever needs it", async () => {
    for (const hook of ["beforeRequest", "around", "afterResponse", "finished"] as const) {
      const instance = { [hook]: { needs: { requestBody: true }, run: () => ({}) } };

      expect((await hooksOf(plugin("a", instance as never))).requestBody).toBe(true);
    }
  });
});
