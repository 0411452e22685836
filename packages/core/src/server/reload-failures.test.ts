import { describe, expect, it } from "@jest/globals";
import { BackworksError } from "../errors.ts";
import { defineMode } from "../mode.ts";
import type { Mode } from "../mode.ts";
import { definePlugin } from "../plugin.ts";
import type { PluginDefinition } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

/** What a step is to do, as the configuration says. */
type Ill = Readonly<Partial<Record<"initialize" | "start" | "open" | "compile" | "ready", "throw" | "hang">>>;

function behave(ill: Ill | undefined, step: keyof Ill): Promise<void> | void {
  if (ill?.[step] === "throw") throw new Error(`${step} cannot`);
  if (ill?.[step] === "hang") return new Promise(() => {});
  return undefined;
}

function createPlugin(events: string[]): PluginDefinition {
  let made = 0;
  return definePlugin({
    name: "frail",
    version: "1.0.0",
    options: anything,
    async initialize({ options, scheduler, resources }) {
      made += 1;
      const name = `plugin ${made}`;
      scheduler.every(1000, () => void events.push(`${name} ticks`));
      await resources.acquire(`r${made}`, {
        open: () => events.push(`${name} opens`),
        close: () => void events.push(`${name} closes`),
      });
      await behave(options as Ill, "initialize");
      return {
        start: () => behave(options as Ill, "start"),
        stop: () => void events.push(`${name} stops`),
        cleanup: () => void events.push(`${name} cleans`),
        contributes: { handlers: [{ name: "h", path: "/plugin", handler: () => ({ body: name }) }] },
      };
    },
  });
}

function createMode(events: string[]): Mode {
  let opened = 0;
  return defineMode<{ readonly name: string; readonly ill: Ill | undefined }>({
    name: "frail",
    description: "for tests",
    endpointKeys: { frail: anything },
    rootKeys: { frail_root: anything },
    async open({ values, resources }) {
      opened += 1;
      const name = `mode ${opened}`;
      await resources.acquire(name, { open: () => 1, close: () => void events.push(`${name} lets go`) });
      const ill = values["frail_root"] as Ill | undefined;
      await behave(ill, "open");
      return { name, ill };
    },
    async compile({ values, name }, mode) {
      await behave(values["frail"] as Ill, "compile");
      return () => ({ body: `${mode.name} ${name}` });
    },
    ready: ({ ill }) => behave(ill, "ready"),
    close: ({ name }) => void events.push(`${name} closes`),
  });
}

const good = `name: shop
endpoints:
  a: { path: /a, frail: {} }
  b: { path: /b, mock: { body: b } }
plugins:
  frail: {}
`;

interface Scene extends AsyncDisposable {
  readonly app: StartedApp;
  readonly events: string[];
}

async function open(): Promise<Scene> {
  const events: string[] = [];
  const app = await startApp({ yaml: good, modes: [createMode(events)], plugins: [createPlugin(events)] });
  events.length = 0;
  return { app, events, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

async function answers({ app }: Scene): Promise<readonly string[]> {
  return Promise.all(["/a", "/b", "/plugin"].map(async (path) => (await app.fetch(path)).text()));
}

interface Case {
  readonly what: string;
  readonly yaml: string;
  readonly code: string;
  /** What must have been ended of what was built. */
  readonly ended?: readonly string[];
  readonly hangs?: boolean;
}

const cases: readonly Case[] = [
  { what: "YAML that is none", yaml: `${good}nope: [\n`, code: "BW_CONFIG_INVALID" },
  { what: "an unknown key", yaml: `${good}nope: 1\n`, code: "BW_CONFIG_INVALID" },
  { what: "a template that is none", yaml: good.replace("body: b", 'body: "${nope(}"'), code: "BW_CONFIG_INVALID" },
  { what: "two endpoints for one path", yaml: good.replace("path: /b", "path: /a"), code: "BW_CONFIG_INVALID" },
  {
    what: "a plugin that is not found",
    yaml: `${good}  nowhere: {}\n`,
    code: "BW_PLUGIN_NOT_FOUND",
  },
  {
    what: "a plugin whose initialize throws",
    yaml: good.replace("frail: {}\n", "frail: { initialize: throw }\n"),
    code: "BW_PLUGIN_FAILED",
    ended: ["plugin 2 closes"],
  },
  {
    what: "a plugin whose initialize hangs",
    yaml: good.replace("  frail: {}\n", "  frail: { initialize: hang }\n"),
    code: "BW_PLUGIN_TIMEOUT",
    ended: ["plugin 2 closes"],
    hangs: true,
  },
  {
    what: "a plugin whose start throws",
    yaml: good.replace("  frail: {}\n", "  frail: { start: throw }\n"),
    code: "BW_PLUGIN_FAILED",
    ended: ["plugin 2 cleans", "plugin 2 closes"],
  },
  {
    what: "a plugin whose start hangs",
    yaml: good.replace("  frail: {}\n", "  frail: { start: hang }\n"),
    code: "BW_PLUGIN_TIMEOUT",
    ended: ["plugin 2 cleans", "plugin 2 closes"],
    hangs: true,
  },
  {
    what: "a mode that cannot be opened",
    yaml: `${good.replace("frail: {}\n", "frail: { k: 1 }\n")}frail_root: { open: throw }\n`,
    code: "BW_INTERNAL",
    ended: ["mode 2 lets go", "plugin 2 cleans"],
  },
  {
    what: "an endpoint that cannot be compiled",
    yaml: `${good.replace("/a, frail: {}", "/a, frail: { compile: throw }")}frail_root: { k: 1 }\n`,
    code: "BW_INTERNAL",
    ended: ["mode 2 closes", "mode 2 lets go"],
  },
  {
    what: "a mode that is not ready",
    yaml: `${good}frail_root: { ready: throw }\n`,
    code: "BW_INTERNAL",
    ended: ["mode 2 closes", "mode 2 lets go"],
  },
  {
    what: "certificates that are not there",
    yaml: good.replace("endpoints:", "server: { tls: { cert: no.pem, key: no.pem } }\nendpoints:"),
    code: "BW_FILE_MISSING",
  },
  {
    what: "certificates that are none",
    yaml: good.replace("endpoints:", "server: { tls: { cert: backworks.yaml, key: backworks.yaml } }\nendpoints:"),
    code: "BW_TLS_INVALID",
  },
];

describe("a reload that fails", () => {
  it.each(cases)("because of $what leaves what serves as it is", async ({ yaml, code, ended = [], hangs = false }) => {
    await using scene = await open();
    const { app, events } = scene;
    const before = { app: app.app, answers: await answers(scene), files: app.watchedFiles() };
    app.write("backworks.yaml", yaml);

    const reload = app.reload().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (hangs) for (let turn = 0; turn < 50; turn += 1) await app.clock.advance(500);
    const failure = (await reload) as { code?: string; message: string };

    expect(failure.code ?? "BW_INTERNAL").toBe(code);
    expect(app.status().lastError).toMatchObject({ code, message: failure.message, text: expect.any(String) });
    expect(app.status()).toMatchObject({ generation: 1, draining: [] });
    expect({ app: app.app, answers: await answers(scene), files: app.watchedFiles() }).toEqual(before);
    expect(events).toEqual(expect.arrayContaining([...ended]));
    expect(events.filter((event) => / 1 (?:stops|cleans|closes|lets go)$/.test(event))).toEqual([]);
    // Nothing of what failed goes on.
    events.length = 0;
    await app.clock.advance(1000);
    expect(new Set(events)).toEqual(new Set(["plugin 1 ticks"]));
    // The next good one works.
    app.write("backworks.yaml", good.replace("body: b", "body: c"));
    expect((await app.reload()).generation).toBe(2);
    expect((await answers(scene))[1]).toBe("c");
    expect(app.status().lastError).toBeUndefined();
  });
});

describe("a reload that is refused", () => {
  const three = `name: shop
counted_root: 1
endpoints:
  a: { path: /a, counted: {} }
  b: { path: /b, counted: {} }
  c: { path: /c, counted: {} }
`;
  const wrong = three.replace("/b, counted: {}", "/b, counted: { is: wrong }");

  interface Counted {
    readonly mode: Mode;
    readonly compiled: string[];
  }

  /** Counts what it compiles; what says so cannot be compiled. */
  function createCounted(): Counted {
    const compiled: string[] = [];
    const mode = defineMode({
      name: "counted",
      description: "for tests",
      endpointKeys: { counted: anything },
      rootKeys: { counted_root: anything },
      open: () => undefined,
      compile({ name, values, keyPlace }) {
        compiled.push(name);
        if (Object.keys(values["counted"] as object).length > 0)
          throw new BackworksError("BW_CONFIG_WRONG_VALUE", { path: name, problem: "wrong" }, { where: keyPlace([]) });
        return () => ({ body: name });
      },
    });
    return { mode, compiled };
  }

  it.each([
    ["compiles what changed, for the mistakes in it", `${wrong}nope: 1\n`, ["b"]],
    [
      "compiles everything when what the mode is opened with changed",
      `${wrong.replace("1", "2")}nope: 1\n`,
      ["a", "b", "c"],
    ],
  ])("%s", async (_what, yaml, expected) => {
    const { mode, compiled } = createCounted();
    await using app = await startApp({ yaml: three, modes: [mode] });
    compiled.length = 0;
    app.write("backworks.yaml", yaml);
    await expect(app.reload()).rejects.toMatchObject({
      errors: [{ where: { line: 5 } }, { code: "BW_CONFIG_UNKNOWN_KEY" }],
    });
    expect(compiled).toEqual(expected);
    expect(await (await app.fetch("/a")).text()).toBe("a");
  });
});
