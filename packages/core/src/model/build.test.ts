import { describe, expect, it } from "@jest/globals";
import { readConfig } from "../config/read.ts";
import { checkConfig } from "../config/check.ts";
import { createProjectFiles } from "../config/project-files.ts";
import { systemClock, systemScheduler } from "../clock.ts";
import { BackworksError } from "../errors.ts";
import type { Handler } from "../exchange.ts";
import { silentLogger } from "../logger.ts";
import { defineMode } from "../mode.ts";
import type { EndpointSource, Mode, RouteDraft } from "../mode.ts";
import { noPace } from "../pace.ts";
import { createRouter } from "../router/router.ts";
import type { App } from "./app.ts";
import { buildApp } from "./build.ts";
import type { BuiltApp } from "./build.ts";
import { noHooks } from "./built-in.ts";
import { compareApps } from "./difference.ts";
import { createResourcePool } from "../resource-pool.ts";

const answer: Handler = () => ({});

/** A mode that does what its block says, and remembers what happened to it. */
function createMode(events: string[]): Mode {
  return defineMode<string>({
    name: "test",
    description: "for tests",
    endpointKeys: { test: anything },
    open() {
      events.push("open");
      return "resources";
    },
    compile(endpoint: EndpointSource): Handler | readonly RouteDraft[] {
      const block = endpoint.values["test"] as { fail?: boolean; crash?: boolean; paths?: string[] };
      if (block.crash === true) throw new TypeError("crash");
      if (block.fail === true) {
        const where = endpoint.place(["test", "fail"]);
        throw new BackworksError("BW_CONFIG_WRONG_VALUE", { path: endpoint.name, problem: "fails" }, { where });
      }
      return block.paths?.map((path) => ({ methods: ["GET"], path, handler: answer })) ?? answer;
    },
    ready: () => void events.push("ready"),
    close: () => void events.push("close"),
  });
}

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

async function build(yaml: string, events: string[] = []): Promise<BuiltApp> {
  const raw = await readConfig({ cwd: "/tmp", text: yaml, env: {} });
  const mode = createMode(events);
  const config = await checkConfig(raw, { modes: new Map([["test", mode]]), plugins: new Map() });
  return buildApp(config, {
    pace: noPace,
    generation: 1,
    development: false,
    logFormat: "json",
    modes: new Map([["test", mode]]),
    context: {
      files: createProjectFiles("/tmp"),
      clock: systemClock,
      scheduler: systemScheduler,
      random: () => 0,
      logger: silentLogger,
      environment: {},
      templateFunctions: new Map(),
      services: new Map(),
      pool: createResourcePool(),
      hide() {},
      templateSettings: {},
      createTemplates: () => ({
        compile: () => {
          throw new TypeError("no template is compiled");
        },
      }),
    },
    findHooks: () => noHooks,
    compileValidation: async () => undefined,
    findLimit: () => null,
    rateLimit: undefined,
    handlers: [],
    middleware: [],
    mounts: [],
    answers: {
      notFound: answer,
      malformed: answer,
      notAllowed: () => answer,
      options: () => answer,
      preflight: (handler) => handler,
      health: answer,
      ready: answer,
    },
    createRouter,
  });
}

const base = "name: x\nmode: test\nendpoints:\n";

describe("buildApp", () => {
  it("makes one route for each method and freezes everything", async () => {
    const { app } = await build(`${base}  a: { path: "/a/{id}", methods: [GET, POST], test: {} }\n`);

    const identity = app.endpoints[0]?.hash;
    expect(app.routes.map(({ info }) => info)).toEqual([
      { id: "a GET /a/{id}", endpoint: "a", method: "GET", pattern: "/a/{id}", mode: "test", identity },
      { id: "a POST /a/{id}", endpoint: "a", method: "POST", pattern: "/a/{id}", mode: "test", identity },
    ]);
    expect([app, app.routes, app.routes[0], app.endpoints[0], app.server].every(Object.isFrozen)).toBe(true);
    expect(app.routes[0]).toMatchObject({ beforeRequest: null, afterResponse: null, finished: null, explain: null });
  });

  it("reports every mistake in file order and closes what it opened", async () => {
    const events: string[] = [];
    const yaml = `${base}  a: { path: /a, test: { fail: true } }\n  b: { path: /b, test: {} }\n  c: { path: /c, test: { fail: true } }\n`;

    await expect(build(yaml, events)).rejects.toMatchObject({
      code: "BW_CONFIG_INVALID",
      details: { count: "2 mistakes" },
      errors: [{ where: { line: 4 } }, { where: { line: 6 } }],
    });
    expect(events.at(-1)).toBe("close");
  });

  it("does not hide an error that is no mistake of the configuration", async () => {
    const events: string[] = [];

    await expect(build(`${base}  a: { path: /a, test: { crash: true } }\n`, events)).rejects.toThrow("crash");
    expect(events).toEqual(["open", "close"]);
  });

  it("refuses two endpoints that answer the same, whatever their parameters are called", async () => {
    const yaml = `${base}  a: { path: /a, test: { paths: ["/x/{id}"] } }\n  b: { path: /b, test: { paths: ["/x/{name}"] } }\n`;

    await expect(build(yaml)).rejects.toMatchObject({
      errors: [{ code: "BW_CONFIG_DUPLICATE_ROUTE", details: { first: "endpoint a" }, where: { line: 5 } }],
    });
  });
});

describe("compareApps", () => {
  it.each([
    ["nothing", "  a: { path: /a, test: { k: 1 } }\n", { equal: true, added: [], removed: [], changed: [] }],
    ["the order of keys", "  a: { test: { k: 1 }, path: /a }\n", { equal: true, changed: [] }],
    ["a value", "  a: { path: /a, test: { k: 2 } }\n", { equal: false, changed: ["a"] }],
    ["a name", "  b: { path: /a, test: { k: 1 } }\n", { equal: false, added: ["b"], removed: ["a"], changed: [] }],
    [
      "the server",
      "  a: { path: /a, test: { k: 1 } }\nserver: { base_path: /v1 }\n",
      { equal: false, changed: [], settings: true },
    ],
  ])("sees a change of %s", async (_name, after, difference) => {
    const apps: App[] = [];
    for (const endpoints of ["  a: { path: /a, test: { k: 1 } }\n", after])
      apps.push((await build(base + endpoints)).app);
    const [one, other] = apps;

    expect(one && other && (await compareApps(one, other))).toMatchObject(difference);
  });
});
