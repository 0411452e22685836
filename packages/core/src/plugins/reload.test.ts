import { describe, expect, it } from "@jest/globals";
import { createRig, plugin } from "../../test/plugin-rig.ts";
import type { PluginDefinition, PluginInstance } from "../plugin.ts";

/** A plugin that counts its lives and writes down its steps. */
function counted(calls: string[], made: PluginInstance = {}, more: Partial<PluginDefinition> = {}): PluginDefinition {
  let lives = 0;
  return plugin(
    "a",
    () => {
      lives += 1;
      const life = lives;
      calls.push(`initialize ${life}`);
      return {
        start: () => void calls.push(`start ${life}`),
        stop: () => void calls.push(`stop ${life}`),
        cleanup: () => void calls.push(`cleanup ${life}`),
        ...made,
      };
    },
    more,
  );
}

describe("a reload", () => {
  it("keeps the instance of a plugin that nothing changed for", async () => {
    const calls: string[] = [];
    const rig = createRig();
    const a = counted(calls);
    await rig.load([a], { options: { a: { x: 1, y: [1] } } });

    await rig.load([a], { options: { a: { y: [1], x: 1 } }, endpoints: { users: {} } });

    expect(calls).toEqual(["initialize 1", "start 1"]);
  });

  it.each([
    ["options", { options: { a: { ttl: 2 } } }],
    ["endpoint options", { options: { a: { ttl: 1 } }, endpoints: { users: { a: { ttl: 5 } } } }],
  ])("builds a plugin anew when its %s change", async (_what, settings) => {
    const calls: string[] = [];
    const rig = createRig();
    const a = counted(calls);
    await rig.load([a], { options: { a: { ttl: 1 } } });

    await rig.load([a], settings);

    expect(calls).toEqual(["initialize 1", "start 1", "initialize 2", "start 2", "stop 1", "cleanup 1"]);
  });

  it("builds a plugin anew when its code is another", async () => {
    const calls: string[] = [];
    const rig = createRig();
    await rig.load([counted(calls)]);

    await rig.load([counted(calls)]);

    expect(calls).toEqual(["initialize 1", "start 1", "initialize 1", "start 1", "stop 1", "cleanup 1"]);
  });

  it("builds a plugin anew for other endpoints only when it asked for them", async () => {
    const lives = { asking: 0, other: 0 };
    const plugins = [
      plugin("asking", ({ app }) => {
        lives.asking += app.endpoints.length + 1;
      }),
      plugin("other", () => {
        lives.other += 1;
      }),
    ];
    const rig = createRig();
    await rig.load(plugins);

    await rig.load(plugins, { endpoints: { users: {} } });

    expect(lives).toEqual({ asking: 3, other: 1 });
  });

  it("builds a plugin anew when one it requires is built anew", async () => {
    let lives = 0;
    const needy = plugin("needy", () => void (lives += 1), { optional: { store: "*" } });
    const store = plugin("redis", {}, { provides: ["store"] });
    const rig = createRig();
    await rig.load([needy, store], { options: { redis: { url: 1 } } });

    await rig.load([needy, store], { options: { redis: { url: 2 } } });

    expect(lives).toBe(2);
  });

  it("ends a plugin that was taken out, once its requests are done", async () => {
    const calls: string[] = [];
    const rig = createRig();
    await rig.load([counted(calls)]);
    let drain = (): void => {};
    const generation = await rig.prepare([]);

    const committed = generation.commit(new Promise((resolve) => (drain = resolve)));
    await rig.time.advance(60_000);
    const beforeDrain = [...calls];
    drain();
    await committed;

    expect(beforeDrain).toEqual(["initialize 1", "start 1"]);
    expect(calls).toEqual(["initialize 1", "start 1", "stop 1", "cleanup 1"]);
    expect(await rig.manager.health()).toEqual([]);
  });

  it("leaves everything as it was when it is abandoned", async () => {
    const calls: string[] = [];
    const rig = createRig();
    const a = counted(calls);
    await rig.load([a], { options: { a: { ttl: 1 } } });

    const generation = await rig.prepare([a, plugin("b")], { options: { a: { ttl: 2 } } });
    await generation.start();
    await generation.abandon();

    expect(calls).toEqual(["initialize 1", "start 1", "initialize 2", "start 2", "stop 2", "cleanup 2"]);
    expect((await rig.manager.health()).map(({ name, state }) => [name, state])).toEqual([["a", "started"]]);
  });

  it("hands state over as late as it can", async () => {
    const rig = createRig();
    const handed: unknown[] = [];
    let hits = 0;
    const a = plugin("a", {
      exportState: () => ({ hits }),
      importState: (state) => void handed.push(state),
    });
    await rig.load([a], { options: { a: { ttl: 1 } } });
    const generation = await rig.prepare([a], { options: { a: { ttl: 2 } } });
    hits = 7;

    await generation.start();

    expect(handed).toEqual([{ hits: 7 }]);
  });

  it("goes on without state that cannot be had", async () => {
    const rig = createRig();
    const handed: unknown[] = [];
    const a = plugin("a", {
      exportState() {
        throw new Error("boom");
      },
      importState: (state) => void handed.push(state),
    });
    await rig.load([a], { options: { a: { ttl: 1 } } });

    await rig.load([a], { options: { a: { ttl: 2 } } });

    expect(handed).toEqual([]);
  });

  it("shares a resource between the instance before and the one after", async () => {
    const rig = createRig();
    const events: string[] = [];
    const a = plugin("a", async ({ resources, options }) => {
      const port = { open: () => events.push("open"), close: () => void events.push("close") };
      await resources.acquire("port", port);
      events.push(`initialize ${JSON.stringify(options)}`);
    });
    await rig.load([a], { options: { a: 1 } });
    await rig.load([a], { options: { a: 2 } });

    await rig.manager.close();

    expect(events).toEqual(["open", "initialize 1", "initialize 2", "close"]);
  });
});

describe("the life of a shared resource", () => {
  it("goes on with its timers and signal after the instance that opened it, and ends when it is closed", async () => {
    const rig = createRig();
    const events: string[] = [];
    const a = plugin("a", async ({ resources }) => {
      await resources.acquire("link", {
        open({ scheduler, signal }) {
          scheduler.every(1000, () => events.push("beat"));
          signal.addEventListener("abort", () => events.push("aborted"));
        },
        close: () => void events.push("close"),
      });
    });
    await rig.load([a], { options: { a: 1 } });
    await rig.load([a], { options: { a: 2 } });

    await rig.time.advance(1000);
    await rig.manager.close();
    await rig.time.advance(5000);

    expect(events).toEqual(["beat", "close", "aborted"]);
  });
});

describe("reconfigure", () => {
  it("takes new options in place", async () => {
    const calls: string[] = [];
    const rig = createRig();
    const a = counted(calls, { reconfigure: (options) => void calls.push(`reconfigure ${JSON.stringify(options)}`) });
    await rig.load([a], { options: { a: { ttl: 1 } } });

    await rig.load([a], { options: { a: { ttl: 2 } } });

    expect(calls).toEqual(["initialize 1", "start 1", 'reconfigure {"ttl":2}']);
  });

  it("that answers false has the plugin built anew", async () => {
    const calls: string[] = [];
    const rig = createRig();
    const a = counted(calls, { reconfigure: () => false });
    await rig.load([a], { options: { a: { ttl: 1 } } });

    await rig.load([a], { options: { a: { ttl: 2 } } });

    expect(calls).toContain("start 2");
  });

  it("is taken back when something after it fails", async () => {
    const seen: unknown[] = [];
    const rig = createRig();
    const a = plugin("a", ({ endpointOptions }) => ({
      reconfigure: (options) => void seen.push([options, endpointOptions("users")]),
    }));
    const broken = plugin("b", () => {
      throw new Error("boom");
    });
    await rig.load([a], { options: { a: { ttl: 1 } } });

    const reload = rig.load([a, broken], { options: { a: { ttl: 2 } }, endpoints: { users: { a: "new" } } });

    await expect(reload).rejects.toMatchObject({ code: "BW_PLUGIN_FAILED" });
    expect(seen).toEqual([
      [{ ttl: 2 }, "new"],
      [{ ttl: 1 }, undefined],
    ]);
  });
});

describe("hotReload", () => {
  it("takes the road of a reload with other options for one plugin", async () => {
    const asked: unknown[] = [];
    const rig = createRig({ rebuild: async (overrides) => void asked.push(overrides) });
    await rig.load([plugin("a")]);

    await rig.manager.hotReload("a", { ttl: 3 });

    expect(asked).toEqual([new Map([["a", { ttl: 3 }]])]);
  });

  it("refuses a plugin that is not enabled", async () => {
    await expect(createRig().manager.hotReload("a", {})).rejects.toMatchObject({ code: "BW_PLUGIN_NOT_ENABLED" });
  });
});
