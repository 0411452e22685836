import { Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import type { LogFields, Logger } from "../logger.ts";
import { definePlugin } from "../plugin.ts";
import type { PluginContext, PluginInstance } from "../plugin.ts";
import { startApp } from "./start-app.ts";

const yaml = "name: x\nendpoints: { a: { path: /a, mock: { body: { b: 1 } } } }\nplugins: { odd: {} }";

/** The first error that the log has after one request, with the answer's status and code. */
async function ask(path: string, make: (context: PluginContext) => PluginInstance | Promise<PluginInstance>) {
  const errors: LogFields[] = [];
  const logger: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (message, fields = {}) => void errors.push({ message, ...fields }),
    child: () => logger,
  };
  const odd = definePlugin({ name: "odd", version: "1.0.0", failure: "closed", initialize: make });
  await using app = await startApp({ yaml, plugins: [odd], logger });
  const answer = await app.fetch(path, { signal: AbortSignal.timeout(2000) });
  const text = await answer.text();
  return { status: answer.status, code: text.startsWith("{") ? JSON.parse(text).code : text, error: errors[0] };
}

const circle: Record<string, unknown> = {};
circle["self"] = circle;
const odd: readonly (readonly [what: string, body: unknown])[] = [
  ["a circle", circle],
  ["a BigInt", { big: 1n }],
];

describe.each(odd)("%s in a response", (_what, data) => {
  // What a plugin written without types may give.
  const body = data as never;

  it.each<[string, PluginInstance]>([
    ["beforeRequest", { beforeRequest: (exchange) => void exchange.respond({ body }) }],
    ["beforeRequest that waits", { beforeRequest: async (exchange) => void exchange.respond({ body }) }],
    ["afterResponse", { afterResponse: ({ response }) => void (response.body = body) }],
    [
      "a hook before one that reads",
      {
        beforeRequest: (exchange) => void exchange.respond({ body }),
        afterResponse: { needs: { responseBody: true }, run() {} },
      },
    ],
  ])("of %s is the plugin's", async (_hook, instance) => {
    expect(await ask("/a", () => instance)).toMatchObject({
      status: 500,
      code: "BW_RESPONSE_INVALID",
      error: { message: "request failed", code: "BW_RESPONSE_INVALID", plugin: "odd", endpoint: "a" },
    });
  });

  it("of a contributed handler is that route's", async () => {
    const handlers = [{ name: "list", path: "/list", handler: () => ({ body }) }];

    expect(await ask("/list", () => ({ contributes: { handlers } }))).toMatchObject({
      status: 500,
      code: "BW_RESPONSE_INVALID",
      error: { code: "BW_RESPONSE_INVALID", endpoint: "odd.list" },
    });
  });

  it("of a mounted route is the plugin's", async () => {
    const answered = await ask("/shop/x", async ({ createRouter }) => {
      const router = await createRouter();
      router.get("/x", (_request, response) => response.json(data));
      return { contributes: { routes: [{ path: "/shop", handler: router }] } };
    });

    expect(answered).toMatchObject({
      status: 500,
      code: "BW_PLUGIN_FAILED",
      error: { code: "BW_PLUGIN_FAILED", plugin: "odd" },
    });
  });
});

describe("failure: closed", () => {
  const fails = (): never => {
    throw new Error("down");
  };

  it.each<[string, PluginInstance]>([
    ["beforeRequest", { beforeRequest: fails }],
    ["afterResponse", { afterResponse: fails }],
  ])("refuses in %s what a handler and a mounted route answer", async (_hook, hooks) => {
    const handlers = [{ name: "list", path: "/list", handler: () => ({ body: [1] }) }];
    const make = async ({ createRouter }: PluginContext): Promise<PluginInstance> => {
      const router = await createRouter();
      router.get("/now", (_request, response) => response.json([1]));
      router.get("/parts", (_request, response) => void response.writeHead(200, { "x-secret": "1" }).write("secret"));
      router.get("/later", (_request, response) => setTimeout(() => response.json([1]), 1));
      return { ...hooks, contributes: { handlers, routes: [{ path: "/shop", handler: router }] } };
    };

    for (const path of ["/list", "/shop/now", "/shop/parts", "/shop/later"]) {
      expect(await ask(path, make)).toMatchObject({ status: 503, code: "BW_PLUGIN_REFUSED" });
    }
  });
});

it.each<[string, PluginInstance]>([
  [
    "a hook refuses",
    {
      afterResponse() {
        throw new Error("down");
      },
    },
  ],
  ["its head cannot be sent", { afterResponse: ({ response }) => void (response.status = 42) }],
])("closes a stream when %s", async (_why, hooks) => {
  const stream = new Readable({ read() {} });
  const handlers = [{ name: "flow", path: "/flow", handler: () => ({ body: stream }) }];

  const { status } = await ask("/flow", () => ({ ...hooks, contributes: { handlers } }));

  expect(status).toBeGreaterThanOrEqual(500);
  expect(stream.destroyed).toBe(true);
});

it("leaves what a client did wrong to the client when a handler meets it", async () => {
  const handlers = [
    {
      name: "take",
      path: "/take",
      handler: async ({ request }: { request: { body(): Promise<unknown> } }) => {
        await request.body();
        return {};
      },
      methods: ["POST"],
    },
  ];
  const taking = definePlugin({ name: "odd", version: "1.0.0", initialize: () => ({ contributes: { handlers } }) });
  await using app = await startApp({ yaml, plugins: [taking] });

  const answer = await app.fetch("/take", { method: "POST", body: "x".repeat(2_000_000) });

  expect(answer.status).toBe(413);
});

describe("a body that is no data and no stream of Node", () => {
  const give = (body: unknown, headers?: unknown): PluginInstance => ({
    // What a plugin written without types may give.
    contributes: { handlers: [{ name: "list", path: "/list", handler: () => ({ headers, body }) as never }] },
  });

  it.each([
    ["ReadableStream", () => new Response("x").body, "Readable.from()"],
    ["AsyncGenerator", () => (async function* () {})(), "Readable.from()"],
    ["ArrayBuffer", () => new ArrayBuffer(1), "new Uint8Array()"],
    ["Map", () => new Map([["a", 1]]), "[...]"],
  ])("is refused with what to give instead: %s", async (_kind, make, instead) => {
    const { status, code, error } = await ask("/list", () => give(make()));

    expect({ status, code }).toEqual({ status: 500, code: "BW_RESPONSE_INVALID" });
    expect(error).toMatchObject({ error: { hint: expect.stringContaining(instead) } });
  });

  it("is empty data, and sent, when it has no members", async () => {
    expect(await ask("/list", () => give(Object.create(null)))).toMatchObject({ status: 200 });
  });
});

it("what respond() returns may be changed further", async () => {
  const odd = definePlugin({
    name: "odd",
    version: "1.0.0",
    initialize: () => ({
      beforeRequest(exchange) {
        const response = exchange.respond({ status: 202 });
        response.headers.set("x-a", "1");
        response.body = "other";
      },
    }),
  });
  await using app = await startApp({ yaml, plugins: [odd] });

  const answer = await app.fetch("/a");

  expect([answer.status, answer.headers.get("x-a"), await answer.text()]).toEqual([202, "1", "other"]);
});

it("headers may be those of the web", async () => {
  const headers = new Headers({ "x-a": "1" });
  const odd = definePlugin({
    name: "odd",
    version: "1.0.0",
    initialize: () => ({
      contributes: { handlers: [{ name: "list", path: "/list", handler: () => ({ headers, body: 1 }) }] },
    }),
  });
  await using app = await startApp({ yaml, plugins: [odd] });

  expect((await app.fetch("/list")).headers.get("x-a")).toBe("1");
});
