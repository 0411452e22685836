import { createHash } from "node:crypto";
import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import { answering, head, readAll, startProxy, startUpstream, talk, until } from "../../test/wire-rig.ts";
import type { Script } from "../../test/wire-rig.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Answers once the request matches. */
function after(pattern: RegExp): Script {
  return (socket, request) => void request.until(pattern).then(() => socket.write(ok));
}

describe("the body of a request", () => {
  it.each([
    ["a length", ["content-length: 5"], "hello", /\r\ncontent-length: 5\r\n\r\nhello$/s],
    ["a length of nothing", ["content-length: 0"], "", /\r\ncontent-length: 0\r\n\r\n$/s],
    [
      "chunks",
      ["transfer-encoding: chunked"],
      "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
      /\r\ntransfer-encoding: chunked\r\n\r\n.*0\r\n\r\n$/s,
    ],
    ["a coding", ["content-encoding: x-own", "content-length: 5"], "hello", /\r\ncontent-encoding: x-own\r\n.*hello$/s],
  ])("arrives as it was sent: with %s", async (...[, lines, body, pattern]) => {
    await using upstream = await startUpstream(after(pattern));
    await using proxy = await startProxy(upstream.port);

    expect(await talk(proxy.port, head("POST", "/", lines) + body)).toMatch(/^HTTP\/1.1 200 .*ok$/s);
    expect(upstream.requests[0]).toMatch(pattern);
  });

  it.each(["GET", "DELETE", "OPTIONS"])("goes along with %s, too", async (method) => {
    await using upstream = await startUpstream(after(/hello/));
    await using proxy = await startProxy(upstream.port);

    expect(await talk(proxy.port, `${head(method, "/", ["content-length: 5"])}hello`)).toMatch(/^HTTP\/1.1 200 /);
  });

  it("is no more than what the endpoint says", async () => {
    await using upstream = await startUpstream(after(/never/));
    await using proxy = await startProxy(upstream.port, { endpoint: "limits: { body_size: 4 }" });

    const announced = await talk(proxy.port, `${head("POST", "/", ["content-length: 5"])}hello`);
    const inChunks = await talk(
      proxy.port,
      `${head("POST", "/", ["transfer-encoding: chunked"])}5\r\nhello\r\n0\r\n\r\n`,
    );

    for (const answer of [announced, inChunks]) expect(answer).toMatch(/^HTTP\/1.1 413 .*BW_REQUEST_TOO_LARGE/s);
    await until(() => upstream.open.size === 0);
  });

  it("is read first, limited, and sent with a length when a hook needs it", async () => {
    const reader = definePlugin({
      name: "reader",
      version: "1.0.0",
      initialize: () => ({
        beforeRequest: { needs: { requestBody: true }, run: () => undefined },
      }),
    });
    await using upstream = await startUpstream(after(/hello$/));
    await using proxy = await startProxy(upstream.port, { plugins: [reader] });
    const chunks = "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";

    await talk(proxy.port, head("POST", "/", ["transfer-encoding: chunked", "x-a: 1"]) + chunks);

    expect(upstream.requests[0]).toMatch(/\r\nx-a: 1\r\n.*content-length: 5\r\n\r\nhello$/s);
  });

  it("stops where the upstream answers early, and the client gets that answer", async () => {
    await using upstream = await startUpstream(answering("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    client.write(`${head("POST", "/", ["content-length: 1000000"])}hello`);
    await until(() => proxy.outcomes.length === 1);
    client.write(Buffer.alloc(999_995));

    expect(await answer).toMatch(/^HTTP\/1.1 403 .*\r\n\r\nno$/s);
    await until(() => upstream.open.size === 0);
  });

  it("goes up as the answer comes down", async () => {
    await using upstream = await startUpstream((socket, request) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      void request.until(/hello/).then(() => socket.write("5\r\nHELLO\r\n"));
      void request.until(/world/).then(() => socket.write("5\r\nWORLD\r\n0\r\n\r\n"));
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    let seen = "";
    client.on("data", (chunk) => (seen += chunk.toString()));
    client.write(`${head("POST", "/", ["transfer-encoding: chunked"])}5\r\nhello\r\n`);
    await until(() => seen.includes("HELLO"));
    client.write("5\r\nworld\r\n0\r\n\r\n");

    expect(await answer).toMatch(/5\r\nHELLO\r\n5\r\nWORLD\r\n0\r\n\r\n$/);
  });

  it("is heard by whoever listens in", async () => {
    const heard: string[] = [];
    const tap = {
      data: (chunk: Uint8Array) => void heard.push(Buffer.from(chunk).toString()),
      end: () => void heard.push("end"),
      abort: () => void heard.push("abort"),
    };
    await using upstream = await startUpstream(after(/hello$|\r\n\r\n$/));
    await using proxy = await startProxy(upstream.port, {
      plan: { tap: (_exchange, { method, path }) => (heard.push(`${method} ${path}`), tap) },
    });
    await talk(proxy.port, `${head("POST", "/a", ["content-length: 5"])}hello`);
    await talk(proxy.port, head("GET", "/b"));

    expect(heard).toEqual(["POST /a", "hello", "end", "GET /b", "end"]);
  });
});

const megabytes = 48;
const piece = Buffer.alloc(1 << 20, "backworks");

describe("a body of any size", () => {
  it("goes down no faster than the client reads, in constant memory", async () => {
    let written = 0;
    await using upstream = await startUpstream((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${megabytes * piece.length}\r\n\r\n`);
      const next = (): void => {
        if (written === megabytes) return;
        written += 1;
        socket.write(piece, next);
      };
      next();
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    client.write(head("GET", "/"));
    let size = 0;
    const hash = createHash("sha1");
    client.pause();
    // As much as the systems between them take, and not all of it.
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(megabytes / 2);
    let first = true;
    client.on("data", (chunk) => {
      const body = first ? chunk.subarray(chunk.indexOf("\r\n\r\n") + 4) : chunk;
      first = false;
      size += body.length;
      hash.update(body);
    });
    client.resume();
    await new Promise((resolve) => client.on("close", resolve));

    expect(size).toBe(megabytes * piece.length);
    const expected = createHash("sha1");
    for (let count = 0; count < megabytes; count += 1) expected.update(piece);
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
  });

  it("goes up no faster than the upstream reads", async () => {
    let size = 0;
    await using upstream = await startUpstream((socket) => {
      socket.removeAllListeners("data");
      socket.pause();
      setTimeout(() => {
        socket.on("data", (chunk) => {
          size += chunk.length;
          if (size >= (megabytes - 1) * piece.length && socket.writable) socket.end(ok);
        });
        socket.resume();
      }, 300);
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    client.write(head("POST", "/", [`content-length: ${megabytes * piece.length}`]));
    let written = 0;
    const next = (): void => {
      written += 1;
      if (written <= megabytes) client.write(piece, next);
    };
    next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written).toBeLessThan(megabytes / 2);

    expect(await answer).toMatch(/^HTTP\/1.1 200 .*ok$/s);
  });
});
