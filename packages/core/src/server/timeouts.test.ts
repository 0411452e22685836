import { connect } from "node:net";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import type { ExpressRouter, HandlerRoute, Outcome } from "../plugin.ts";
import type { ResponseInit } from "../exchange.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";
import { openRawClient } from "../../test/raw-client.ts";

const outcomes: Outcome[] = [];
/** Requests whose handler has begun, or is about to in the same turn. */
let arrivals = 0;

interface Extra {
  readonly yaml?: string;
  readonly mount?: (router: ExpressRouter) => void;
}

function start(handlers: readonly HandlerRoute[], { yaml = "", mount }: Extra = {}): Promise<StartedApp> {
  outcomes.length = 0;
  arrivals = 0;
  const plugin = definePlugin({
    name: "routes",
    version: "1.0.0",
    async initialize({ createRouter }) {
      const router = mount && (await createRouter());
      if (router !== undefined) mount?.(router);
      return {
        beforeRequest: () => void (arrivals += 1),
        finished: (_exchange, outcome) => void outcomes.push(outcome),
        contributes: { handlers, routes: router === undefined ? [] : [{ handler: router }] },
      };
    },
  });
  return startApp({ yaml: `name: test\nplugins: { routes: {} }\n${yaml || "endpoints: {}"}`, plugins: [plugin] });
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(done()).toBe(true);
}

/** A promise that is settled from outside. */
function later<T>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  const settle: Partial<{ resolve(value: T): void; reject(error: Error): void }> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(settle, { resolve, reject }));
  return { promise, ...(settle as Required<typeof settle>) };
}

/** A handler that waits until it is told, the signal it was given, and the moment it began. */
function waiting(): HandlerRoute & {
  readonly begun: Promise<AbortSignal>;
  readonly answer: ReturnType<typeof later<ResponseInit>>;
} {
  const begun = later<AbortSignal>();
  const answer = later<ResponseInit>();
  return {
    name: "slow",
    path: "/slow",
    begun: begun.promise,
    answer,
    handler(exchange) {
      begun.resolve(exchange.signal);
      return answer.promise;
    },
  };
}

describe("a handler that takes too long", () => {
  it("is answered for with 504, and told", async () => {
    const slow = waiting();
    await using app = await start([slow]);
    const asked = app.fetch("/slow");
    const signal = await slow.begun;

    await app.clock.advance(29_999);
    const before = signal.aborted;
    await app.clock.advance(1);
    const response = await asked;

    expect([before, signal.aborted]).toEqual([false, true]);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: "BW_HANDLER_TIMEOUT" });
  });

  it("has its late answer dropped, and the stream in it closed", async () => {
    const slow = waiting();
    await using app = await start([slow]);
    const asked = app.fetch("/slow");
    await slow.begun;
    await app.clock.advance(30_000);
    const stream = Readable.from(["late"]);

    slow.answer.resolve({ body: stream });
    const text = await (await asked).text();
    await until(() => stream.destroyed);

    expect(text).not.toContain("late");
    expect(outcomes).toMatchObject([{ status: 504 }]);
  });

  it("may fail late without anybody noticing", async () => {
    const slow = waiting();
    await using app = await start([slow]);
    const asked = app.fetch("/slow");
    await slow.begun;
    await app.clock.advance(30_000);

    slow.answer.reject(new Error("late"));

    expect((await asked).status).toBe(504);
    expect((await app.fetch("/health")).status).toBe(200);
  });

  it("cannot answer late by respond()", async () => {
    let respond = (): void => {};
    await using app = await start([
      {
        name: "slow",
        path: "/slow",
        handler(exchange) {
          respond = () => void exchange.respond({ status: 200, body: "late" });
          return new Promise(() => {});
        },
      },
    ]);
    const asked = app.fetch("/slow");
    await until(() => arrivals === 1);

    await app.clock.advance(30_000);
    respond();

    expect((await asked).status).toBe(504);
    await until(() => outcomes.length === 1);
    expect(outcomes).toMatchObject([{ status: 504 }]);
  });

  it("is waited for as long as its endpoint says", async () => {
    const yaml = `endpoints:
  long: { path: /long, mock: { body: 1, delay: 2m }, timeouts: { handler: 3m } }
  short: { path: /short, mock: { body: 1, delay: 2m }, timeouts: { handler: 1s } }
  ever: { path: /ever, mock: { body: 1, delay: 2m }, timeouts: { handler: false } }
`;
    await using app = await start([], { yaml });
    const asked = ["/long", "/short", "/ever"].map((path) => app.fetch(path));
    await until(() => arrivals === 3);

    await app.clock.advance(120_000);

    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 504, 200]);
  });

  it("is answered for when it is mounted, and may write what it likes afterwards", async () => {
    let write = (): void => {};
    let thrown: unknown;
    await using app = await start([], {
      mount: (router) =>
        void router.get("/mounted", (_request, response) => {
          write = () => {
            try {
              response.status(200).send("late");
            } catch (error) {
              thrown = error;
            }
          };
        }),
    });
    const asked = app.fetch("/mounted");
    await until(() => String(write).includes("late"));

    await app.clock.advance(30_000);
    const response = await asked;
    write();

    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: "BW_HANDLER_TIMEOUT" });
    expect(thrown).toMatchObject({ code: "ERR_HTTP_HEADERS_SENT" });
    expect((await app.fetch("/health")).status).toBe(200);
  });
});

describe("a client that takes too long", () => {
  const quick = "endpoints: {}\nserver: { timeouts: { headers: 60ms, request: 120ms, check_interval: 10ms } }";
  const echo: HandlerRoute = {
    name: "echo",
    path: "/echo",
    methods: ["POST"],
    needs: { requestBody: true },
    handler: ({ request }) => ({ body: request.received?.text ?? "" }),
  };

  it.each([
    ["sends nothing", ""],
    ["stops in its first line", "GET /ec"],
    ["stops in its header fields", "GET /echo HTTP/1.1\r\nHost: x\r\nX-A"],
    ["stops in its body", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"],
    ["stops between chunks", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
    ["stops in a body that nobody reads", "POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"],
  ])("and %s is told so and left", async (name, text) => {
    await using app = await start([echo], { yaml: quick });
    using client = await openRawClient(app.port);

    client.send(text);
    await client.end();

    const status = name.includes("nobody") ? 404 : 408;
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(client.received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(client.received).toContain("application/problem+json");
  });

  it("is let go when it keeps a connection and asks for nothing", async () => {
    await using app = await start([echo], { yaml: "endpoints: {}\nserver: { timeouts: { keep_alive: 30ms } }" });
    using client = await openRawClient(app.port);

    client.send("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n");
    await client.end();

    expect(client.received).toMatch(/^HTTP\/1\.1 404 /);
  });

  it("is let go when it does not read its answer", async () => {
    const body = Buffer.alloc(64 * 1024 * 1024);
    await using app = await start([{ name: "big", path: "/big", handler: () => ({ body }) }], {
      yaml: "endpoints: {}\nserver: { timeouts: { write: 200ms } }",
    });
    const socket = await openDeaf(app.port, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");

    await until(() => outcomes.length === 1);

    expect(outcomes).toMatchObject([{ status: 200, aborted: true }]);
    socket.destroy();
  });

  it.each([
    ["a text", "é😀".repeat(500_000)],
    ["bytes", new Uint8Array(3_000_000).fill(7)],
  ])("gets all of %s when it reads in the end", async (_name, body) => {
    await using app = await start([{ name: "big", path: "/big", handler: () => ({ body }) }]);

    const response = await app.fetch("/big");
    const bytes = Buffer.from(await response.arrayBuffer());

    expect(bytes.equals(Buffer.from(body as string))).toBe(true);
  });
});

/** A connection that asks and does not read. */
function openDeaf(port: number, text: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(text, () => resolve(socket));
    });
    socket.on("error", () => {});
    socket.pause();
  });
}

describe("a body that is refused", () => {
  it.each([
    ["announced", "Content-Length: 2000000"],
    ["in chunks", "Transfer-Encoding: chunked"],
  ])("is read on while the answer goes, %s, and the connection closes", async (_name, field) => {
    await using app = await startApp({
      yaml: 'endpoints: { echo: { path: /echo, methods: [POST], mock: { body: "${body}" } } }',
    });
    using client = await openRawClient(app.port);
    const chunk = "10000\r\n" + "a".repeat(65_536) + "\r\n";

    client.send(`POST /echo HTTP/1.1\r\nHost: x\r\n${field}\r\n\r\n`);
    for (let sent = 0; sent < 20; sent += 1) client.send(chunk);
    await client.end();

    expect(client.received).toMatch(/^HTTP\/1\.1 413 [^]*connection: close\r\n/);
    expect(client.received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it("may be larger on an endpoint that says so", async () => {
    const yaml = `server: { limits: { body_size: 10 } }
endpoints:
  large: { path: /large, methods: [POST], mock: { body: ok }, limits: { body_size: 20 } }
  small: { path: /small, methods: [POST], mock: { body: ok } }
`;
    await using app = await startApp(yaml);
    const post = async (path: string): Promise<number> =>
      (await app.fetch(path, { method: "POST", body: "a".repeat(15) })).status;

    expect([await post("/large"), await post("/small")]).toEqual([200, 413]);
  });
});
