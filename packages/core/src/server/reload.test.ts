import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import type { PluginDefinition } from "../plugin.ts";
import { startApp } from "../testing.ts";

const one = "name: shop\nendpoints:\n  a: { path: /a, mock: { data: 1 } }\n";
const two = "name: shop\nendpoints:\n  a: { path: /a, mock: { data: 2 } }\n  b: { path: /b, mock: { data: 3 } }\n";

describe("reload", () => {
  it("serves the next generation and says what changed", async () => {
    await using app = await startApp(one);
    app.write("backworks.yaml", two);

    const result = await app.reload();

    expect(result).toMatchObject({
      changed: true,
      generation: 2,
      difference: { added: ["b"], changed: ["a"], removed: [] },
    });
    expect(await (await app.fetch("/a")).json()).toBe(2);
    expect(await (await app.fetch("/b")).json()).toBe(3);
  });

  it("changes nothing when the files say the same", async () => {
    await using app = await startApp(one);
    const before = app.app;

    const result = await app.reload();

    expect(result).toMatchObject({ changed: false, generation: 1 });
    expect(app.app).toBe(before);
  });

  it("notices a changed data file", async () => {
    await using app = await startApp({
      yaml: "name: shop\nendpoints:\n  a: { path: /a, mock: { data: ./a.json } }\n",
      files: { "a.json": [1] },
    });
    app.write("a.json", [2]);

    const { changed } = await app.reload();

    expect(changed).toBe(true);
    expect(await (await app.fetch("/a")).json()).toEqual([2]);
    expect(app.watchedFiles()).toEqual(
      expect.arrayContaining([expect.stringMatching(/a\.json$/), expect.stringMatching(/backworks\.yaml$/)]),
    );
  });

  it("that fails leaves the present generation and tells every mistake with its place", async () => {
    await using app = await startApp(one);
    app.write("backworks.yaml", `${one}nope: 1\n`);

    await expect(app.reload()).rejects.toMatchObject({ code: "BW_CONFIG_INVALID", errors: [{ where: { line: 4 } }] });
    expect(await (await app.fetch("/a")).json()).toBe(1);
    expect(app.app.generation).toBe(1);
  });

  it("lets a request end on the generation it began with", async () => {
    const { plugin, release, entered } = createSlow();
    await using app = await startApp({ yaml: `${one}plugins: { slow: { word: first } }\n`, plugins: [plugin] });
    const waiting = app.fetch("/slow");
    await entered;
    app.write("backworks.yaml", `${one}plugins: { slow: { word: second } }\n`);

    await app.reload();
    release();

    expect(await (await waiting).text()).toBe("first");
    expect(await (await app.fetch("/slow")).text()).toBe("second");
  });

  it("coalesces calls that come while one runs", async () => {
    await using app = await startApp(one);
    app.write("backworks.yaml", two);

    const results = await Promise.all([app.reload(), app.reload(), app.reload(), app.reload()]);

    expect(results.map(({ generation }) => generation)).toEqual([2, 2, 2, 2]);
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
  });

  it("refuses a plugin that does not start and keeps the one before", async () => {
    const ended: string[] = [];
    const plugin = definePlugin<{ word: string }>({
      name: "fragile",
      version: "1.0.0",
      options: anything,
      initialize: ({ options }) => ({
        start() {
          if (options.word === "bad") throw new Error("no");
        },
        cleanup: () => void ended.push(options.word),
      }),
    });
    const app = await startApp({
      yaml: `${one}plugins: { fragile: { word: good } }\n`,
      plugins: [plugin],
    });
    app.write("backworks.yaml", `${two}plugins: { fragile: { word: bad } }\n`);

    await expect(app.reload()).rejects.toMatchObject({ code: "BW_PLUGIN_FAILED" });

    expect(await (await app.fetch("/a")).json()).toBe(1);
    expect(ended).toEqual(["bad"]);
    await app.close();
    expect(ended).toEqual(["bad", "good"]);
  });

  it("of one plugin by hotReload takes its other options", async () => {
    const { plugin, release } = createSlow();
    release();
    await using app = await startApp({ yaml: `${one}plugins: { slow: { word: first } }\n`, plugins: [plugin] });

    await app.plugins.hotReload("slow", { word: "hot" });

    expect(await (await app.fetch("/slow")).text()).toBe("hot");
  });

  it("loses no request while traffic flows", async () => {
    await using app = await startApp(one);
    const statuses: number[] = [];
    const traffic = { stop: false };
    const clients = Array.from({ length: 4 }, async () => {
      while (!traffic.stop) statuses.push((await app.fetch("/a")).status);
    });

    for (let turn = 0; turn < 10; turn += 1) {
      app.write("backworks.yaml", turn % 2 === 0 ? two : one);
      await app.reload();
    }
    traffic.stop = true;
    await Promise.all(clients);

    expect(app.app.generation).toBe(11);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as unknown as NonNullable<PluginDefinition<{ word: string }>["options"]>;

function createSlow(): { plugin: PluginDefinition; release: () => void; entered: Promise<void> } {
  let release = (): void => {};
  let enter = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const entered = new Promise<void>((resolve) => (enter = resolve));
  const plugin = definePlugin<{ word: string }>({
    name: "slow",
    version: "1.0.0",
    options: anything,
    initialize: ({ options }) => ({
      contributes: {
        handlers: [
          {
            name: "slow",
            path: "/slow",
            async handler() {
              enter();
              await released;
              return { body: options.word };
            },
          },
        ],
      },
    }),
  });
  return { plugin: plugin, release, entered };
}
