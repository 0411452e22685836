import { describe, expect, it } from "@jest/globals";
import { defineMode, offerService } from "../mode.ts";
import { observationService } from "../observation.ts";
import type { Observation } from "../observation.ts";
import { pluginTemplatesService } from "../plugin-templates.ts";
import { definePlugin } from "../plugin.ts";
import type { PluginDefinition } from "../plugin.ts";
import { defineService, provideService } from "../service.ts";
import { startApp } from "../testing.ts";

const yaml = (options = "{}"): string => `name: shop
endpoints: { a: { path: /a, mock: { body: 1 } } }
plugins:
  watcher: ${options}
`;

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

/** A plugin that shows what it can observe. */
function watcher(): { readonly plugin: PluginDefinition; readonly seen: () => Observation } {
  let seen: Observation | undefined;
  const plugin = definePlugin({
    name: "watcher",
    version: "1.2.0",
    options: anything,
    initialize(context) {
      seen = context.service(observationService);
      return {
        beforeRequest() {},
        healthCheck: () => ({ status: "degraded", message: "so so" }),
        getMetrics: () => ({ answer: 42 }),
      };
    },
  });
  return {
    plugin,
    seen() {
      if (seen === undefined) throw new TypeError("nothing was observed");
      return seen;
    },
  };
}

describe("what core offers plugins to observe", () => {
  it("tells of plugins and what they say", async () => {
    const { plugin, seen } = watcher();
    await using app = await startApp({ yaml: yaml(), plugins: [plugin] });
    await app.fetch("/a");

    expect(seen().plugins()).toMatchObject([
      { name: "watcher", version: "1.2.0", state: "started", hooks: { beforeRequest: { calls: 1 } }, errors: {} },
    ]);
    expect(await seen().pluginHealth()).toMatchObject({ watcher: { status: "degraded", message: "so so" } });
    expect(await seen().pluginNumbers()).toEqual({ watcher: { answer: 42 } });
  });

  it("tells of reloads, those that failed too, and is the same after them", async () => {
    const { plugin, seen } = watcher();
    await using app = await startApp({ yaml: yaml(), plugins: [plugin] });
    const first = seen();
    expect(first.reloads()).toMatchObject({ succeeded: 0, failed: 0, lastFailed: false });

    app.write("backworks.yaml", yaml("{ again: 1 }"));
    await app.reload();
    app.write("backworks.yaml", "name: [");
    await app.reload().catch(() => {});

    expect(seen()).toBe(first);
    expect(first.reloads()).toMatchObject({ succeeded: 1, failed: 1, lastFailed: true });
    expect(first.requestsUnderWay()).toBe(0);
  });

  it("tells of modes, and finds what they offer", async () => {
    const { plugin, seen } = watcher();
    const words = defineService<string>("words");
    const mode = defineMode<string>({
      name: "speaker",
      description: "for tests",
      endpointKeys: { speaker: anything },
      services: [offerService(words, (opened: string) => opened)],
      open: () => "hello",
      health: () => ({ status: "healthy", details: { upstreams: { u: { a: "up" } } } }),
      compile: () => () => ({}),
    });
    const text = yaml().replace("mock: { body: 1 }", "speaker: {}");
    await using _app = await startApp({ yaml: text, plugins: [plugin], modes: [mode] });

    expect(seen().modes()).toEqual([
      { name: "speaker", status: "healthy", details: { upstreams: { u: { a: "up" } } } },
    ]);
    expect(seen().modeService(words)).toBe("hello");
    expect(seen().modeService(defineService("others"))).toBeUndefined();
  });

  it("cannot be offered by a plugin", async () => {
    const plugin = definePlugin({
      name: "watcher",
      version: "1.0.0",
      options: anything,
      initialize: () => ({
        contributes: { services: [provideService(defineService("backworks.observation"), {})] },
      }),
    });

    await expect(startApp({ yaml: yaml(), plugins: [plugin] })).rejects.toMatchObject({ code: "BW_PLUGIN_CONFLICT" });
  });
});

describe("templates of plugins", () => {
  const greeter = definePlugin<{ readonly text: string }>({
    name: "watcher",
    version: "1.0.0",
    options: anything as never,
    initialize(context) {
      const where = { plugin: "watcher", path: ["text"] };
      const template = context.service(pluginTemplatesService).compile(context.options.text, where);
      return { beforeRequest: (exchange) => void exchange.respond({ body: template.evaluate(exchange) as string }) };
    },
  });

  it("evaluate options over the request", async () => {
    await using app = await startApp({ yaml: yaml('{ text: "${request.method} ${query.q}" }'), plugins: [greeter] });

    expect(await (await app.fetch("/a?q=1")).text()).toBe("GET 1");
  });

  it("evaluate options below config too", async () => {
    await using app = await startApp({ yaml: yaml('{ config: { text: "hi ${query.q}" } }'), plugins: [greeter] });

    expect(await (await app.fetch("/a?q=1")).text()).toBe("hi 1");
  });

  it.each([
    ['{ text: "${request.}" }', 4],
    ['\n    config:\n      text: "${request.}"', 6],
  ])("tell where a mistake stands: %j", async (options, line) => {
    const started = startApp({ yaml: yaml(options), plugins: [greeter] });

    await expect(started).rejects.toMatchObject({ code: "BW_CONFIG_INVALID", errors: [{ where: { line } }] });
  });

  it("tell the same of the options of an endpoint", async () => {
    const plugin = definePlugin<unknown, { readonly text: string }>({
      name: "watcher",
      version: "1.0.0",
      options: anything,
      endpointOptions: anything as never,
      initialize(context) {
        const text = context.endpointOptions("a")?.text;
        context.service(pluginTemplatesService).compile(text, { plugin: "watcher", endpoint: "a", path: ["text"] });
      },
    });
    const endpoint = 'a: { path: /a, mock: { body: 1 },\n  watcher: { text: "${request.}" } }';
    const started = startApp({ yaml: yaml().replace(/a: \{.*\} \}(?= \})/, endpoint), plugins: [plugin] });

    await expect(started).rejects.toMatchObject({
      code: "BW_CONFIG_INVALID",
      errors: [{ where: { line: 3 } }],
    });
  });
});

it("a schema that throws refuses the options at their place", async () => {
  const validate = (): never => {
    throw new Error("boom");
  };
  const options = { "~standard": { version: 1 as const, vendor: "test", validate } };
  const plugin = definePlugin({ name: "watcher", version: "1.0.0", options, initialize() {} });

  await expect(startApp({ yaml: yaml("{ a: 1 }"), plugins: [plugin] })).rejects.toMatchObject({
    code: "BW_CONFIG_INVALID",
    errors: [{ where: { line: 4 }, message: expect.stringContaining("its schema throws: boom") }],
  });
});

it.each(["path", "limits", "mock", "proxy"])(
  "options of an endpoint are not those of a plugin named %s",
  async (name) => {
    const plugin = definePlugin({ name, version: "1.0.0", endpointOptions: anything, initialize() {} });

    await expect(startApp({ yaml: yaml().replace("watcher", name), plugins: [plugin] })).rejects.toMatchObject({
      code: "BW_CONFIG_INVALID",
      errors: expect.arrayContaining([
        expect.objectContaining({ code: "BW_PLUGIN_CONFLICT", where: expect.objectContaining({ line: 4 }) }),
      ]),
    });
  },
);
