import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { WebSocket, WebSocketServer } from "ws";
import { BackworksError } from "../errors.ts";
import { definePlugin } from "../plugin.ts";
import type { HandlerRoute, Outcome, PluginInstance } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";
import { openRawClient } from "../../test/raw-client.ts";

const outcomes: Outcome[] = [];

/** Answers with what it is told, in capitals. */
function shouting(upgrade?: HandlerRoute["upgrade"]): HandlerRoute {
  const server = new WebSocketServer({ noServer: true });
  const take: HandlerRoute["upgrade"] = (exchange, socket, head) => {
    // Of a request the library asks for nothing that ours has not: method, url and headers.
    const request = exchange.request as unknown as IncomingMessage;
    return new Promise((resolve) => {
      server.handleUpgrade(request, socket, Buffer.from(head), (connection) => {
        connection.on("message", (data: Buffer) => connection.send(data.toString().toUpperCase()));
        resolve({ close: (code, reason) => connection.close(code, reason) });
      });
    });
  };
  return { name: "shout", path: "/shout", handler: () => ({ body: "plain" }), upgrade: upgrade ?? take };
}

function start(handlers: readonly HandlerRoute[], instance: PluginInstance = {}, yaml = ""): Promise<StartedApp> {
  outcomes.length = 0;
  const plugin = definePlugin({
    name: "sockets",
    version: "1.0.0",
    initialize: () => ({
      finished: (_exchange, outcome) => void outcomes.push(outcome),
      ...instance,
      contributes: { handlers },
    }),
  });
  return startApp({ yaml: `name: test\nendpoints: {}\nplugins: { sockets: {} }\n${yaml}`, plugins: [plugin] });
}

function open(app: StartedApp, path = "/shout"): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${app.port}${path}`);
  return new Promise((resolve, reject) => client.once("open", () => resolve(client)).once("error", reject));
}

/** The status with which an upgrade is answered instead. */
function refusalOf(app: StartedApp, path = "/shout"): Promise<number | undefined> {
  const client = new WebSocket(`ws://127.0.0.1:${app.port}${path}`);
  client.on("error", () => {});
  return new Promise((resolve) => {
    client.once("unexpected-response", (_request, response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
}

function next(client: WebSocket): Promise<string> {
  return new Promise((resolve) => client.once("message", (data: Buffer) => resolve(data.toString())));
}

function closed(client: WebSocket): Promise<number> {
  return new Promise((resolve) => client.once("close", resolve));
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 4));
  expect(done()).toBe(true);
}

const asking = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";

describe("a route with an upgrade", () => {
  it("may answer instead of taking over, as to a request that asked for nothing", async () => {
    const upgrade: HandlerRoute["upgrade"] = () => ({
      status: 409,
      headers: { "x-why": "full" },
      body: { full: true },
    });
    const seen: (number | undefined)[] = [];
    await using app = await start([shouting(upgrade)], {
      afterResponse: ({ response }) => void seen.push(response?.status),
    });

    expect(await refusalOf(app)).toBe(409);
    await until(() => outcomes.length === 1);
    expect(outcomes[0]).toMatchObject({ status: 409, aborted: false });
    expect(seen).toEqual([409]);
  });

  it("takes over the connection, and finishes when that closes", async () => {
    await using app = await start([shouting()]);
    const client = await open(app);

    client.send("hello");
    const said = await next(client);
    const before = outcomes.length;
    client.close();
    await until(() => outcomes.length === 1);

    expect([said, before]).toEqual(["HELLO", 0]);
    expect(outcomes[0]).toMatchObject({ status: 101, aborted: false });
    expect(outcomes[0]?.bytes).toBeGreaterThan(0);
  });

  it("gets what the client sent behind its request", async () => {
    await using app = await start([
      shouting((_exchange, socket, head) => void socket.end(`HTTP/1.1 101 Yes\r\n\r\n${Buffer.from(head).toString()}`)),
    ]);
    using client = await openRawClient(app.port);

    client.send(`GET /shout HTTP/1.1\r\n${asking}\r\nearly`);
    await client.end();

    expect(client.received).toBe("HTTP/1.1 101 Yes\r\n\r\nearly");
  });

  it("answers what asks for no upgrade as ever", async () => {
    await using app = await start([shouting()]);

    expect(await (await app.fetch("/shout")).text()).toBe("plain");
  });

  it("is not reached when a hook answers", async () => {
    const beforeRequest: PluginInstance["beforeRequest"] = (exchange) => void exchange.respond({ status: 401 });
    const afterResponse: PluginInstance["afterResponse"] = ({ response }) => response.headers.set("x-after", "yes");
    let reached = false;
    const upgrade = (): void => void (reached = true);
    await using app = await start([shouting(upgrade)], { beforeRequest, afterResponse });
    using client = await openRawClient(app.port);

    client.send(`GET /shout HTTP/1.1\r\n${asking}\r\n`);
    await client.end();

    expect(client.received).toMatch(/^HTTP\/1\.1 401 [^]*x-after: yes\r\n/);
    expect(client.received).toMatch(/connection: close\r\n/i);
    expect(outcomes).toMatchObject([{ status: 401, aborted: false }]);
    expect(reached).toBe(false);
  });

  it("is not reached when who asks is refused", async () => {
    await using app = await start([shouting()], {}, "rate_limit: { requests_per_minute: 1, burst: 1 }\n");
    const client = await open(app);

    expect(await refusalOf(app)).toBe(429);
    client.terminate();
  });

  it("may refuse by throwing, as long as nothing was written", async () => {
    await using app = await start([
      shouting(() => {
        throw new BackworksError("BW_ROUTE_NOT_FOUND", { method: "GET", path: "/shout" });
      }),
    ]);

    expect(await refusalOf(app)).toBe(404);
  });

  it("that fails is a 500 before its 101, and a closed connection behind it", async () => {
    const late: HandlerRoute = {
      ...shouting(async (_exchange, socket) => {
        socket.write("HTTP/1.1 101 Yes\r\n\r\n");
        throw new Error("too late");
      }),
      name: "late",
      path: "/late",
    };
    await using app = await start([shouting(() => Promise.reject(new Error("at once"))), late]);
    using client = await openRawClient(app.port);

    client.send(`GET /late HTTP/1.1\r\n${asking}\r\n`);
    await client.end();

    expect(await refusalOf(app)).toBe(500);
    expect(client.received).toBe("HTTP/1.1 101 Yes\r\n\r\n");
  });

  it("does not survive a client that resets the connection", async () => {
    let signal: AbortSignal | undefined;
    const take = shouting().upgrade;
    await using app = await start([
      shouting((exchange, socket, head) => {
        ({ signal } = exchange);
        return take?.(exchange, socket, head);
      }),
    ]);
    const client = await open(app);

    client.terminate();
    await until(() => outcomes.length === 1);

    expect(signal?.aborted).toBe(true);
    expect((await app.fetch("/shout")).status).toBe(200);
  });

  it("has its connections closed with 1001 when the server goes down", async () => {
    const app = await start([shouting()]);
    const client = await open(app);
    const code = closed(client);

    await app.close();

    expect(await code).toBe(1001);
  });

  it("has a connection cut that does not close", async () => {
    const app = await start([
      shouting((_exchange, socket) => {
        socket.write("HTTP/1.1 101 Yes\r\n\r\n");
        return { close() {} };
      }),
    ]);
    using client = await openRawClient(app.port);
    client.send(`GET /shout HTTP/1.1\r\n${asking}\r\n`);
    await client.until("101");

    await app.close();
    await client.end();

    expect(client.closed).toBe(true);
  });
});

describe("a route without an upgrade", () => {
  it("answers as if nobody had asked for one, and keeps the connection", async () => {
    const plain: HandlerRoute = {
      name: "plain",
      path: "/plain",
      methods: ["POST"],
      needs: { requestBody: true },
      handler: ({ request }) => ({ body: `${request.received?.text} ${String(request.headers["upgrade"])}` }),
    };
    await using app = await start([plain]);
    using client = await openRawClient(app.port);

    client.send(`POST /plain HTTP/1.1\r\n${asking}Content-Length: 4\r\n\r\nbody`);
    await client.until("body undefined");
    client.send("POST /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nagain");
    await client.end();

    expect(client.received).toContain("again undefined");
  });
});
