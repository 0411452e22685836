import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { answering, head, readAll, startProxy, startUpstream, talk, until } from "../../test/wire-rig.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const final = /HTTP\/1.1 200 OK\r\n.*\r\n\r\nok$/s;

describe("an interim response", () => {
  it("is passed on, each one, with its fields and without those of the connection", async () => {
    const early =
      "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-A: 1\r\nConnection: x-b\r\nX-B: 2\r\n\r\n";
    await using upstream = await startUpstream(answering(`HTTP/1.1 102 Processing\r\n\r\n${early}${ok}`));
    await using proxy = await startProxy(upstream.port);

    const answer = await talk(proxy.port, head("GET", "/"));

    const interim =
      "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\nx-a: 1\r\n\r\n";
    expect(answer.startsWith(interim)).toBe(true);
    expect(answer.slice(interim.length)).toMatch(final);
  });

  it("is not passed on to HTTP/1.0", async () => {
    await using upstream = await startUpstream(answering(`HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${ok}`));
    await using proxy = await startProxy(upstream.port);

    expect(await talk(proxy.port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 200 OK/);
  });

  it("that nobody asked for, a 100, does no harm", async () => {
    await using upstream = await startUpstream(answering(`HTTP/1.1 100 Continue\r\n\r\n${ok}`));
    await using proxy = await startProxy(upstream.port);

    for (let count = 0; count < 3; count += 1) expect(await talk(proxy.port, head("GET", "/"))).toMatch(final);
    expect(upstream.requests).toHaveLength(4);
  });
});

describe("a client that waits for 100 Continue", () => {
  const waiting = head("PUT", "/", ["expect: 100-continue", "content-length: 5"]);

  it("is told by the upstream, whose 100 comes before the body is sent", async () => {
    await using upstream = await startUpstream((socket, request) => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      void request.until(/hello$/).then(() => socket.write(ok));
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    client.once("data", () => client.write("hello"));
    client.write(waiting);

    expect(await answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
    expect(upstream.requests[0]).toMatch(/\r\nexpect: 100-continue\r\n/);
  });

  it("is spared the body when the upstream answers without it", async () => {
    await using upstream = await startUpstream(answering("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno"));
    await using proxy = await startProxy(upstream.port);

    const answer = await talk(proxy.port, waiting);

    expect(answer).toMatch(/^HTTP\/1.1 401 .*\r\n\r\nno$/s);
    expect(upstream.requests[0]).not.toContain("hello");
  });

  it("has no other limit when the answer begins before the body is there", async () => {
    await using upstream = await startUpstream((socket) => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
    });
    const timeouts = { headersMs: 1000, idleMs: Infinity, totalMs: Infinity };
    await using proxy = await startProxy(upstream.port, { plan: { timeouts } });
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    client.write(waiting);
    await until(() => client.bytesRead > 0);
    client.write("hello");
    await until(() => upstream.requests[0]?.endsWith("hello") === true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await proxy.app.clock.advance(2000);
    for (const socket of upstream.open) socket.write("k");

    expect(await answer).toMatch(/\r\n\r\nok$/);
  });

  it("is told after a while when the upstream says nothing", async () => {
    await using upstream = await startUpstream((socket, request) => {
      void request.until(/hello$/).then(() => socket.write(ok));
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    client.once("data", () => client.write("hello"));
    client.write(waiting);
    await until(() => upstream.requests.length === 1);
    await proxy.app.clock.advance(1000);

    expect(await answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  });
});

describe("trailers of a request", () => {
  it.each([
    ["announced", ["trailer: x-sum"]],
    ["announced, and asked about first", ["trailer: x-sum", "expect: 100-continue"]],
  ])("reach the upstream when they are %s", async (_, lines) => {
    await using upstream = await startUpstream((socket, request) => {
      if (request.text().includes("expect")) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      void request.until(/0\r\n.*\r\n\r\n$/s).then(() => socket.write(ok));
    });
    await using proxy = await startProxy(upstream.port);
    const body = "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n";

    const answer = await talk(proxy.port, head("POST", "/", ["transfer-encoding: chunked", ...lines]) + body);

    expect(answer).toMatch(final);
    expect(upstream.requests[0]).toMatch(/\r\ntrailer: x-sum\r\n.*\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n$/s);
  });

  it("are framed and routed by fields, not by values that are called like them", async () => {
    await using upstream = await startUpstream((socket, request) => {
      void request.until(/0\r\n.*\r\n\r\n$/s).then(() => socket.write(ok));
    });
    await using proxy = await startProxy(upstream.port);
    const lines = ["trailer: x-sum", "transfer-encoding: chunked", "x-a: host", "x-b: content-length", "x-c: expect"];

    const answer = await talk(proxy.port, `${head("POST", "/", lines)}5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`);

    expect(answer).toMatch(final);
    expect(upstream.requests[0]).toMatch(
      /\r\nhost: 127.0.0.1:\d+\r\n.*\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n/s,
    );
  });
});
