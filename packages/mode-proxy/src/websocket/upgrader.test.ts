import { createHash } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { createRandom } from "@backworks/core";
import { WebSocket, WebSocketServer } from "ws";
import { head, noLimits, readAll, startProxy, startUpstream, talk, until } from "../../test/wire-rig.ts";
import type { Script } from "../../test/wire-rig.ts";

const ask =
  "GET /ws?a=1 HTTP/1.1\r\nhost: shop.test\r\nConnection: Upgrade, X-Own\r\nUpgrade: websocket\r\nX-Own: 1\r\n";
const switching =
  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade, x-hop\r\nUpgrade: websocket\r\nX-Hop: 1\r\n";

/** Reads what a client has seen so far. */
function watch(socket: Socket): () => string {
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString("latin1")));
  socket.on("error", () => {});
  return () => text;
}

describe("an upgrade", () => {
  it("goes to a target with the fields of its own connection, and comes back with those of ours", async () => {
    await using upstream = await startUpstream((socket) => {
      socket.write(`${switching}Keep-Alive: timeout=5\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n`);
      socket.end();
    });
    await using proxy = await startProxy(upstream.port);

    const answer = await talk(proxy.port, `${ask}\r\n`);

    const request = upstream.requests[0] ?? "";
    expect(request).toMatch(/^GET \/ws\?a=1 HTTP\/1.1\r\n/);
    expect(request).toMatch(/\r\nconnection: Upgrade\r\nupgrade: websocket\r\n/);
    expect(request).toMatch(/\r\nx-forwarded-for: 127.0.0.1\r\n/);
    expect(request).not.toMatch(/x-own/i);
    expect(answer).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n/);
    expect(answer).toMatch(/\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n/);
    expect(answer).not.toMatch(/x-hop|keep-alive/i);
  });

  it("carries bytes as they are, those that come ahead on both sides too", async () => {
    await using upstream = await startUpstream((socket, request) => {
      void request.until(/\0\xff/).then(() => socket.write(Buffer.from(`${switching}\r\nEARLY\0\xff`, "latin1")));
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const seen = watch(client);
    client.write(`${ask}\r\n`);
    await until(() => upstream.requests.length === 1);
    // The upstream of this test answers when it has this: what comes ahead is handed on only after the 101.
    client.write(Buffer.from("AHEAD", "latin1"));
    for (const socket of upstream.open) socket.write(Buffer.from(`${switching}\r\nEARLY\0\xff`, "latin1"));
    await until(() => seen().endsWith("EARLY\0\xff"));
    await until(() => upstream.requests[0]?.endsWith("AHEAD") === true);
    client.destroy();
    await until(() => upstream.open.size === 0);

    await until(() => proxy.target.inFlight === 0);
    expect(proxy.outcomes).toEqual([{ kind: "answered", status: 101, ms: expect.any(Number) }]);
  });

  it.each<[string, string, RegExp]>([
    ["403", "HTTP/1.1 403 No\r\nContent-Length: 2\r\nX-A: 1\r\n\r\nno", /^HTTP\/1.1 403 .*x-a: 1\r\n.*\r\n\r\nno$/s],
    [
      "426 in chunks",
      "HTTP/1.1 426 Up\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
      /^HTTP\/1.1 426 .*2\r\nno\r\n0\r\n\r\n$/s,
    ],
    ["200 without a body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", /^HTTP\/1.1 200 /],
  ])("that the target does not take is answered with what it says: %s", async (_, bytes, pattern) => {
    await using upstream = await startUpstream((socket) => void socket.write(bytes));
    await using proxy = await startProxy(upstream.port);

    expect(await talk(proxy.port, `${ask}\r\n`)).toMatch(pattern);
    await until(() => upstream.open.size === 0 && proxy.target.inFlight === 0);
  });

  it("that is answered with something that breaks off counts once", async () => {
    await using upstream = await startUpstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    await using proxy = await startProxy(upstream.port);

    expect(await talk(proxy.port, `${ask}\r\n`)).toMatch(/\r\n\r\nhalf$/);

    await until(() => upstream.open.size === 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(proxy.outcomes).toEqual([{ kind: "answered", status: 200, ms: expect.any(Number) }]);
    expect(proxy.target.inFlight).toBe(0);
  });

  it("that is answered with a large body has it all, as fast as the client takes it", async () => {
    await using upstream = await startUpstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n");
      socket.write(Buffer.alloc(20_000_000));
    });
    await using proxy = await startProxy(upstream.port);
    const socket = connect(proxy.port, "127.0.0.1");
    socket.write(`${ask}\r\n`);
    await until(() => proxy.outcomes.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const answer = await readAll(socket);

    expect(answer.length - answer.indexOf("\r\n\r\n")).toBe(20_000_004);
  });

  it("that is answered as the client leaves ends what the upstream does", async () => {
    await using upstream = await startUpstream((socket) => {
      const text = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
      setTimeout(() => socket.write(Buffer.concat([Buffer.from(text), Buffer.alloc(1_000_000)])), 5);
    });
    await using proxy = await startProxy(upstream.port);
    for (let count = 0; count < 50; count += 1) {
      const socket = connect(proxy.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(`${ask}\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 4 + (count % 8)));
      socket.destroy();
    }
    await until(() => upstream.open.size === 0 && proxy.target.inFlight === 0);

    expect([upstream.open.size, proxy.target.inFlight]).toEqual([0, 0]);
  });

  it("that is answered with something that stalls is cut after a pause that is too long", async () => {
    await using upstream = await startUpstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    });
    await using proxy = await startProxy(upstream.port, { plan: { timeouts: { ...noLimits, idleMs: 1000 } } });
    const answer = talk(proxy.port, `${ask}\r\n`);
    await until(() => proxy.outcomes.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await proxy.app.clock.advance(2000);

    expect(await answer).toMatch(/\r\n\r\nhalf$/);
    await until(() => upstream.open.size === 0);
  });

  it.each<[string, Script, string]>([
    ["a reset", (socket) => socket.resetAndDestroy(), "502 .*BW_UPSTREAM_RESET"],
    ["no HTTP", (socket) => void socket.end("hello\r\n\r\n"), "502 .*BW_UPSTREAM_PROTOCOL"],
  ])("that fails by %s is a problem", async (_, script, pattern) => {
    await using upstream = await startUpstream(script);
    await using proxy = await startProxy(upstream.port);

    expect(await talk(proxy.port, `${ask}\r\n`)).toMatch(new RegExp(`^HTTP/1.1 ${pattern}`, "s"));
    expect(proxy.target.inFlight).toBe(0);
  });

  it("is a problem when the target is not there, and goes through once it is back", async () => {
    const first = await startUpstream((socket) => void socket.write(`${switching}\r\nhello`));
    await using proxy = await startProxy(first.port);
    await first[Symbol.asyncDispose]();
    expect(await talk(proxy.port, `${ask}\r\n`)).toMatch(/^HTTP\/1.1 502 .*BW_UPSTREAM_UNREACHABLE/s);
    await using second = await startUpstream((socket) => void socket.write(`${switching}\r\nhello`), first.port);
    const client = connect(proxy.port, "127.0.0.1");
    const seen = watch(client);
    client.write(`${ask}\r\n`);
    await until(() => seen().endsWith("hello"));
    client.destroy();
    await until(() => second.open.size === 0);

    expect(second.requests).toHaveLength(1);
  });

  it.each<[string, (socket: Socket) => void, Script]>([
    ["before the answer, by closing", (socket) => socket.destroy(), () => {}],
    ["before the answer, by a reset", (socket) => socket.resetAndDestroy(), () => {}],
    ["before the answer, by ending its half", (socket) => socket.end(), () => {}],
    ["after it, by closing", (socket) => socket.destroy(), (socket) => void socket.write(`${switching}\r\nhello`)],
    [
      "after it, by a reset",
      (socket) => socket.resetAndDestroy(),
      (socket) => void socket.write(`${switching}\r\nhello`),
    ],
    ["after it, by ending its half", (socket) => socket.end(), (socket) => void socket.write(`${switching}\r\nhello`)],
  ])("whose client leaves %s leaves nothing behind", async (when, leave, script) => {
    await using upstream = await startUpstream(script);
    await using proxy = await startProxy(upstream.port);
    for (let count = 0; count < 100; count += 1) {
      const client = connect(proxy.port, "127.0.0.1");
      const seen = watch(client);
      client.write(`${ask}\r\n`);
      await until(() => (when.startsWith("after") ? seen().endsWith("hello") : upstream.requests.length > count));
      leave(client);
    }
    await until(() => upstream.open.size === 0 && proxy.target.inFlight === 0);

    expect(upstream.requests).toHaveLength(100);
  });

  it("ends for the client when the upstream is cut", async () => {
    await using upstream = await startUpstream((socket) => void socket.write(`${switching}\r\nhello`));
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const seen = watch(client);
    const answer = readAll(client);
    client.write(`${ask}\r\n`);
    await until(() => seen().endsWith("hello"));
    for (const socket of upstream.open) socket.resetAndDestroy();

    expect(await answer).toMatch(/hello$/);
  });

  it("goes no faster than the slower side", async () => {
    let written = 0;
    await using upstream = await startUpstream((socket) => {
      socket.write(`${switching}\r\n`);
      const next = (): void => {
        written += 65_536;
        if (written < 64_000_000) socket.write(Buffer.alloc(65_536), next);
      };
      next();
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    client.write(`${ask}\r\n`);
    client.pause();
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    client.destroy();

    expect(written).toBeLessThan(32_000_000);
  });

  it("names the host, whatever values are called", async () => {
    await using upstream = await startUpstream((socket) => void socket.write(`${switching}\r\nhello`));
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const seen = watch(client);
    client.write(`${ask}x-a: host\r\n\r\n`);
    await until(() => seen().endsWith("hello"));
    client.destroy();

    expect(upstream.requests[0]).toContain(`\r\nhost: 127.0.0.1:${upstream.port}\r\n`);
  });

  it.each(["h2c", "TLS/1.0", "websocket, h2c"])("to %s is an ordinary request, and stays one", async (protocol) => {
    await using upstream = await startUpstream((socket, request) => {
      const asked = /upgrade|http2/i.test(request.text());
      socket.write(asked ? `${switching}\r\n` : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    await using proxy = await startProxy(upstream.port);
    const lines = `host: x\r\nconnection: Upgrade, HTTP2-Settings, close\r\nupgrade: ${protocol}\r\nhttp2-settings: AAM\r\n`;

    expect(await talk(proxy.port, `GET / HTTP/1.1\r\n${lines}\r\n`)).toMatch(/^HTTP\/1.1 200 /);
  });

  it("that asks for nothing we know is an ordinary request", async () => {
    await using upstream = await startUpstream(
      (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    );
    await using proxy = await startProxy(upstream.port);

    expect(await talk(proxy.port, head("POST", "/", ["upgrade: websocket"]))).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe("WebSockets", () => {
  it("carry a thousand at once, and frames of every size and kind", async () => {
    await using echo = await startEcho();
    await using proxy = await startProxy(echo.port);
    const random = createRandom(7);
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => openSocket(proxy.port)));
    const sent = sockets.map((socket, index) => {
      const size = Math.floor(random() ** 4 * 100_000);
      const bytes = createHash("sha512").update(String(index)).digest();
      const data = Buffer.alloc(size, bytes);
      return new Promise<boolean>((resolve) => {
        socket.once("message", (got: Buffer, isBinary) => resolve(isBinary && got.equals(data)));
        socket.send(data);
      });
    });

    expect((await Promise.all(sent)).every(Boolean)).toBe(true);
    expect(proxy.target.inFlight).toBe(1000);
    for (const socket of sockets) socket.close(1000, "done");
    await until(() => proxy.target.inFlight === 0);
  });

  it("have pings, texts, fragments and the close of either side go through", async () => {
    await using echo = await startEcho();
    await using proxy = await startProxy(echo.port);
    const socket = await openSocket(proxy.port);
    const pong = new Promise<Buffer>((resolve) => socket.once("pong", resolve));
    socket.ping("p");
    const text = new Promise<string>((resolve) => socket.once("message", (got: Buffer) => resolve(got.toString())));
    socket.send("h\u00e9", { fin: false });
    socket.send("llo", { fin: true });
    const closed = new Promise((resolve) => socket.once("close", (code, reason) => resolve([code, reason.toString()])));

    expect((await pong).toString()).toBe("p");
    expect(await text).toBe("h\u00e9llo");
    for (const server of echo.server.clients) server.close(4001, "bye");
    expect(await closed).toEqual([4001, "bye"]);
  });
});

describe("a reload", () => {
  it("leaves a WebSocket alone as long as its endpoint did not change, and closes it with 1001 then", async () => {
    await using echo = await startEcho();
    await using proxy = await startProxy(echo.port);
    const socket = await openSocket(proxy.port);
    const said = (): Promise<string> =>
      new Promise((resolve) => socket.once("message", (got: Buffer) => resolve(got.toString())));
    const upstreamClosed = new Promise((resolve) => [...echo.server.clients][0]?.once("close", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await proxy.reload({ extra: "other: { path: /other, mock: { body: 1 } }" });
    const answer = said();
    socket.send("still");
    expect(await answer).toBe("still");
    const reloading = proxy.reload({ endpoint: "description: another" });
    await until(() => proxy.app.clock.pending > 0);

    for (let turn = 0; turn < 40; turn += 1) await proxy.app.clock.advance(1000);
    await reloading;
    expect(await closed).toBe(1001);
    expect(await upstreamClosed).toBe(1001);
  });
});

async function startEcho(): Promise<AsyncDisposable & { readonly port: number; readonly server: WebSocketServer }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return {
    server,
    port: (server.address() as { port: number }).port,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openSocket(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("open", resolve));
  return socket;
}
