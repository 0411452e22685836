import { Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { recordingLogger } from "../../test/plugin-rig.ts";
import type { LogLine } from "../../test/plugin-rig.ts";
import { defineMode } from "../mode.ts";
import { definePlugin } from "../plugin.ts";
import type { ConnectHandler, PluginContext, PluginInstance } from "../plugin.ts";
import { startApp } from "./start-app.ts";
import type { StartAppOptions, StartedApp } from "./start-app.ts";

const fail = (): never => {
  throw new Error("boom");
};

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

const failed: Answered = { status: 500, body: expect.stringContaining("BW_") };
const expired: Answered = { status: 504, body: expect.stringContaining("BW_HANDLER_TIMEOUT") };

/** How Connect code goes wrong, and what the client gets. */
const connect: readonly (readonly [how: string, handler: ConnectHandler, expected: Answered])[] = [
  ["throws", fail, failed],
  ["passes an error on", (_request, _response, next) => next(new Error("boom")), failed],
  ["passes a text on", (_request, _response, next) => next("boom"), failed],
  ["rejects", async () => fail(), failed],
  ["never answers", () => {}, expired],
  [
    "answers twice",
    (_request, response) => {
      response.end("first");
      response.end("second");
    },
    { status: 200, body: "first" },
  ],
  [
    "writes after the end",
    (_request, response) => {
      response.end("first");
      response.write("second");
    },
    { status: 200, body: "first" },
  ],
  [
    "throws after the end",
    (_request, response) => {
      response.end("first");
      fail();
    },
    { status: 200, body: "first" },
  ],
  [
    "goes on after the end",
    (_request, response, next) => {
      response.end("first");
      next();
    },
    { status: 200, body: "first" },
  ],
  [
    "sends the head twice",
    (_request, response) => {
      response.writeHead(200).end("first");
      response.writeHead(500).end("second");
    },
    { status: 200, body: "first" },
  ],
];

const endpoints = "endpoints: { a: { path: /a, mock: { body: a } }, b: { path: /b, mock: { body: b } } }";

interface Scene {
  readonly app: StartedApp;
  readonly log: readonly LogLine[];
  readonly ran: readonly string[];
}

async function open(
  make: (context: PluginContext) => PluginInstance | Promise<PluginInstance>,
  more: Partial<StartAppOptions> = {},
): Promise<Scene> {
  const log: LogLine[] = [];
  const ran: string[] = [];
  const bad = definePlugin({ name: "bad", version: "1.0.0", initialize: make });
  const good = definePlugin({
    name: "good",
    version: "1.0.0",
    initialize: () => ({ beforeRequest: ({ request }) => void ran.push(request.path) }),
  });
  const yaml = `name: x\nserver: { overload: false }\n${endpoints}\nplugins: { bad: {}, good: {} }`;
  const logger = recordingLogger(log, {});
  return { app: await startApp({ yaml, plugins: [bad, good], logger, ...more }), log, ran };
}

/** Asks, and lets the handler's time pass when there is no answer. */
async function ask({ app }: Scene, path: string): Promise<{ status: number; body: string }> {
  const state = { waits: true };
  const asked = app.fetch(path).finally(() => (state.waits = false));
  asked.catch(() => {});
  while (state.waits) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (state.waits) await app.clock.advance(500);
  }
  const answer = await asked;
  return { status: answer.status, body: await answer.text() };
}

async function expectAlive(scene: Scene): Promise<void> {
  expect(await ask(scene, "/b")).toMatchObject({ status: 200, body: "b" });
  scene.app.write("backworks.yaml", `name: x\nserver: { overload: false }\n${endpoints.replace("body: b", "body: c")}`);
  await scene.app.reload();
  expect(await ask(scene, "/b")).toMatchObject({ status: 200, body: "c" });
}

describe.each(connect)("Connect code that %s", (_how, handler, expected) => {
  it.each<[string, (context: PluginContext) => Promise<PluginInstance>]>([
    ["function", async () => ({ contributes: { routes: [{ path: "/bad", handler }] } })],
    [
      "router",
      async ({ createRouter }) => {
        const router = (await createRouter()).all("/", handler);
        return { contributes: { routes: [{ path: "/bad", handler: router }] } };
      },
    ],
  ])("as a mounted %s is answered, counted and survived", async (_what, make) => {
    const scene = await open(make);
    await using _app = scene.app;

    expect(await ask(scene, "/bad")).toEqual(expected);
    const [report] = await scene.app.plugins.health();
    expect(report?.errors).toEqual(expected === failed ? { "route /bad": 1 } : report?.errors);
    await expectAlive(scene);
  });

  it("as middleware of a plugin is answered and survived", async () => {
    const scene = await open(() => ({ contributes: { middleware: [{ path: "/a", handler }] } }));
    await using _app = scene.app;

    expect(await ask(scene, "/a")).toEqual(expected);
    expect(scene.ran).toEqual([]);
    await expectAlive(scene);
  });
});

it("runs nothing twice when middleware goes on twice", async () => {
  const handler: ConnectHandler = (_request, _response, next) => {
    next();
    next();
  };
  const scene = await open(() => ({ contributes: { middleware: [{ path: "/a", handler }] } }));
  await using _app = scene.app;

  expect(await ask(scene, "/a")).toEqual({ status: 200, body: "a" });
  expect(scene.ran).toEqual(["/a"]);
});

it.each([
  ["throws", "throw new Error('boom')", 500],
  ["never answers", "", 504],
  ["goes on after it answered", "response.end('mine'); next()", 200],
])("answers for a middleware module that %s", async (_how, code, status) => {
  const module = `export default (request, response, next) => { if (request.url === "/b") return next(); ${code}; };`;
  const scene = await open(() => ({}), {
    yaml: `name: x\n${endpoints}\nmiddleware: [./bad.mjs]\nplugins: { bad: {}, good: {} }`,
    files: { "bad.mjs": module },
  });
  await using _app = scene.app;

  expect((await ask(scene, "/a")).status).toBe(status);
  await expectAlive(scene);
});

const circle: Record<string, unknown> = {};
circle["self"] = circle;
const used = new Readable({ read() {} }).destroy();

/** What a handler written without types may do. */
const garbage: readonly (readonly [how: string, answer: () => unknown, status: number])[] = [
  ["throws an error", fail, 500],
  [
    "throws nothing",
    () => {
      // oxlint-disable-next-line typescript/only-throw-error -- what a handler throws is not ours to choose
      throw undefined;
    },
    500,
  ],
  ["rejects", async () => fail(), 500],
  ["hangs", () => new Promise(() => {}), 504],
  ["returns nothing", () => undefined, 204],
  ["returns null", () => null, 204],
  ["returns a text", () => "hello", 500],
  ["returns a number", () => 5, 500],
  ["returns a list", () => [1], 500],
  ["gives status 99", () => ({ status: 99 }), 500],
  ["gives status 1000", () => ({ status: 1000 }), 500],
  ["gives status 101", () => ({ status: 101 }), 500],
  ["gives a status as text", () => ({ status: "200" }), 500],
  ["gives no number for a status", () => ({ status: Number.NaN }), 500],
  ["gives a header with a line end", () => ({ headers: { "x-a": "1\r\nx-b: 2" } }), 500],
  ["gives a header name with a blank", () => ({ headers: { "x a": "1" } }), 500],
  ["gives headers that are null", () => ({ headers: null }), 500],
  ["gives a function as body", () => ({ body: () => 1 }), 500],
  ["gives a symbol as body", () => ({ body: Symbol("x") }), 500],
  ["gives a BigInt as body", () => ({ body: 1n }), 500],
  ["gives a circle as body", () => ({ body: circle }), 500],
  ["gives a stream that was destroyed", () => ({ body: used }), 500],
];

/** A mode of a third party whose one handler does what it is given. */
function modeOf(handler: () => unknown) {
  const anything = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
  return defineMode({
    name: "odd",
    description: "odd",
    endpointKeys: { odd: anything },
    open: () => ({}),
    // What a handler written without types may give.
    compile: () => handler as never,
  });
}

async function openMode(handler: () => unknown): Promise<Scene> {
  return open(() => ({}), {
    yaml: `name: x\nserver: { overload: false }\nendpoints:\n  odd: { path: /odd, mode: odd, odd: {} }\n  b: { path: /b, mock: { body: b } }\nplugins: { bad: {}, good: {} }`,
    modes: [modeOf(handler)],
  });
}

describe("a handler of a mode", () => {
  it.each(garbage)("that %s is answered", async (_how, handler, status) => {
    const scene = await openMode(handler);
    await using _app = scene.app;

    expect((await ask(scene, "/odd")).status).toBe(status);
    expect(scene.log.filter(({ level }) => level === "error")).toHaveLength(
      status === 500 ? 2 : status === 504 ? 2 : 0,
    );
    await expectAlive(scene);
  });

  it("that gives one stream twice answers once, and 500 then", async () => {
    const stream = Readable.from(["once"]);
    const scene = await openMode(() => ({ body: stream }));
    await using _app = scene.app;

    expect([(await ask(scene, "/odd")).body, (await ask(scene, "/odd")).status]).toEqual(["once", 500]);
  });

  it("whose stream fails after its first byte ends the connection, and the process lives", async () => {
    const scene = await openMode(() => ({
      body: Readable.from(
        (async function* () {
          yield "begin";
          await new Promise((resolve) => setTimeout(resolve, 5));
          fail();
        })(),
      ),
    }));
    await using _app = scene.app;

    const whole = scene.app.fetch("/odd").then((answer) => answer.text());

    await expect(whole).rejects.toThrow(/terminated|fetch failed/);
    const isLogged = (): boolean => scene.log.some(({ message }) => message === "response body failed");
    for (let turn = 0; turn < 4000 && !isLogged(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(scene.log).toContainEqual(expect.objectContaining({ message: "response body failed" }));
    await expectAlive(scene);
  });
});
