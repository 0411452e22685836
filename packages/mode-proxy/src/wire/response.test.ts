import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { answering, head, readAll, startProxy, startUpstream, talk, until } from "../../test/wire-rig.ts";
import type { ProxyOptions, Script } from "../../test/wire-rig.ts";

/** What a client gets for one request, when the upstream does so. */
async function through(script: Script, request = head("GET", "/"), options: ProxyOptions = {}): Promise<string> {
  await using upstream = await startUpstream(script);
  await using proxy = await startProxy(upstream.port, options);
  // Before the scope ends.
  return await talk(proxy.port, request);
}

function linesOf(answer: string): string[] {
  return answer.split("\r\n\r\n", 1)[0]!.split("\r\n").slice(1);
}

const bodyOf = (answer: string): string => answer.slice(answer.indexOf("\r\n\r\n") + 4);

describe("an answer at the client", () => {
  it.each([
    ["a length", "Content-Length: 5\r\n\r\nhello", { close: false }],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", { close: false }],
    ["the end of the connection", "\r\nhello", { close: true }],
    ["a length, and the connection closed", "Connection: close\r\nContent-Length: 5\r\n\r\nhello", { close: true }],
  ])("is whole when its body has %s", async (_, rest, options) => {
    const answer = await through(answering(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${rest}`, options));

    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(bodyOf(answer)).toMatch(/^(?:5\r\n)?hello(?:\r\n0\r\n\r\n)?$/);
    expect(linesOf(answer)).toContain("content-type: text/plain");
  });

  it("is whole from an upstream of HTTP/1.0, with and without a length", async () => {
    expect(bodyOf(await through(answering("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", { close: true })))).toBe(
      "ok",
    );
    expect(await through(answering("HTTP/1.0 200 OK\r\n\r\nok", { close: true }))).toMatch(/\r\n2\r\nok\r\n0\r\n\r\n$/);
  });

  it("is whole for a client of HTTP/1.0 when it comes in chunks", async () => {
    const chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n";

    const answer = await through(answering(chunks), "GET / HTTP/1.0\r\n\r\n");

    expect(bodyOf(answer)).toBe("ok");
    expect(answer).not.toMatch(/transfer-encoding/i);
  });

  it.each([
    ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", "content-length: 1234"],
    ["HEAD", "HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "x-a: 1"],
    ["GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: x\r\n\r\n", "content-length: 1234"],
    ["GET", "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", "etag: x"],
    ["GET", "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n", "x-a: 1"],
    ["DELETE", "HTTP/1.1 204 No Content\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n", "x-a: 1"],
  ])("has no body: %s, %j", async (method, bytes, line) => {
    const answer = await through(answering(bytes), head(method, "/"));

    expect(bodyOf(answer)).toBe("");
    expect(answer).not.toMatch(/transfer-encoding/i);
    expect(linesOf(answer)).toEqual(expect.arrayContaining([line]));
  });

  it("has no length of 204", async () => {
    expect(await through(answering("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"))).not.toMatch(
      /content-length/i,
    );
  });

  it.each([200, 201, 202, 206, 299, 301, 400, 401, 404, 418, 429, 451, 500, 503, 599])(
    "has the status %d",
    async (status) => {
      const answer = await through(answering(`HTTP/1.1 ${status} Whatever\r\nContent-Length: 2\r\n\r\nok`));

      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(bodyOf(answer)).toBe("ok");
    },
  );

  it("has repeated fields apart and in order", async () => {
    const fields = [
      "Set-Cookie: a=1",
      "X-A: 1",
      "Set-Cookie: b=2; Path=/",
      "Vary: a",
      "X-A: 2",
      "Vary: b",
      "Set-Cookie: a=1",
    ];

    const answer = await through(answering(`HTTP/1.1 200 OK\r\n${fields.join("\r\n")}\r\nContent-Length: 0\r\n\r\n`));

    const order = linesOf(answer).filter((line) => /^(?:set-cookie|x-a|vary):/.test(line));
    expect(order).toEqual(fields.map((field) => field.replace(/^[^:]+/, (name) => name.toLowerCase())));
  });

  it("has no hop-by-hop fields, and none that Connection names", async () => {
    const fields = [
      "Connection: X-Own, close",
      "connection: x-second",
      "X-Own: 1",
      "X-Second: 2",
      "Keep-Alive: timeout=99",
      "Proxy-Connection: x",
      "Proxy-Authenticate: Basic",
      "Upgrade: h2c",
      "TE: x",
      "X-Stays: 1",
    ];

    const answer = await through(answering(`HTTP/1.1 200 OK\r\n${fields.join("\r\n")}\r\n\r\nok`, { close: true }));

    expect(answer).not.toMatch(/x-own|x-second|timeout=99|proxy-|upgrade|\nte:/i);
    expect(linesOf(answer)).toContain("x-stays: 1");
  });

  it("has values byte for byte, and its own Date", async () => {
    const date = "Date: Thu, 01 Jan 1970 00:00:00 GMT";
    const answer = await through(
      answering(`HTTP/1.1 200 OK\r\nX-A: \xe9 \xff\r\n${date}\r\nContent-Length: 0\r\n\r\n`),
    );

    expect(linesOf(answer)).toEqual(expect.arrayContaining(["x-a: \xe9 \xff", "date: Thu, 01 Jan 1970 00:00:00 GMT"]));
    expect(answer.match(/^date:/gim)).toHaveLength(1);
  });

  it("has no type that the upstream did not give, and its own coding", async () => {
    const zipped = gzipSync("hello").toString("latin1");

    const answer = await through(
      answering(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n\r\n${zipped}`),
    );

    expect(answer).not.toMatch(/content-type/i);
    expect(linesOf(answer)).toContain("content-encoding: gzip");
    expect(bodyOf(answer)).toBe(zipped);
  });

  it("says through whom it came", async () => {
    const answer = await through(answering("HTTP/1.1 200 OK\r\nVia: 1.1 x\r\nContent-Length: 0\r\n\r\n"));

    expect(linesOf(answer).filter((line) => line.startsWith("via:"))).toEqual(["via: 1.1 x", "via: 1.1 backworks"]);
  });

  it.each([
    ["with chunks", "GET / HTTP/1.1\r\nhost: x\r\nte: trailers\r\nconnection: close, te\r\n\r\n"],
    ["whoever asks", head("GET", "/")],
  ])("has its trailers, without those that frame it: %s", async (_, request) => {
    const trailers = "X-Sum: 1\r\nx-sum: 2\r\nContent-Type: x\r\nConnection: x\r\nSet-Cookie: a=b\r\n";
    const chunks = `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${trailers}\r\n`;

    const answer = await through(answering(chunks), request);

    expect(answer).toMatch(/\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n$/);
    expect(linesOf(answer)).toContain("trailer: X-Sum");
  });

  it("comes piece by piece as the upstream writes it", async () => {
    const sockets: { write(text: string): unknown; end(): unknown }[] = [];
    await using upstream = await startUpstream((socket) => {
      sockets.push(socket);
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    });
    await using proxy = await startProxy(upstream.port);
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    let seen = "";
    client.on("data", (chunk) => (seen += chunk.toString()));
    client.write(head("GET", "/"));
    await until(() => seen.includes("event-stream"));
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      sockets[0]?.write(event);
      await until(() => seen.includes(event));
    }
    sockets[0]?.end();

    expect(await answer).toMatch(/\r\n0\r\n\r\n$/);
  });

  it("is whole when it trickles in, byte by byte", async () => {
    const text = "HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n";
    const script: Script = (socket) => {
      const next = (index: number): void => {
        if (index < text.length) socket.write(text[index]!, () => setImmediate(next, index + 1));
      };
      next(0);
    };

    expect(await through(script)).toMatch(/x-a: 1\r\n.*\r\n1\r\no\r\n1\r\nk\r\n0\r\nX-T: 1\r\n\r\n$/s);
  });

  it("keeps two requests on one connection apart, pipelined too", async () => {
    await using upstream = await startUpstream((socket, request) => {
      const [, path = ""] = request.text().split(" ");
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`);
    });
    await using proxy = await startProxy(upstream.port);

    const answer = await talk(proxy.port, `GET /first HTTP/1.1\r\nhost: x\r\n\r\n${head("GET", "/second")}`);

    expect(answer).toMatch(/\r\n\r\n\/first.*\r\n\r\n\/second$/s);
  });

  it("reuses the connection to the upstream, after HEAD, 204, 304 and chunks too", async () => {
    const answers: Readonly<Record<string, string>> = {
      "/head": "200 OK\r\nContent-Length: 9\r\n\r\n",
      "/none": "204 No Content\r\n\r\n",
      "/same": "304 Not Modified\r\n\r\n",
      "/chunks": "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    };
    await using upstream = await startUpstream((socket, request) => {
      socket.write(`HTTP/1.1 ${answers[request.text().split(" ")[1] ?? ""]}`);
    });
    await using proxy = await startProxy(upstream.port);
    for (const path of Object.keys(answers)) await talk(proxy.port, head(path === "/head" ? "HEAD" : "GET", path));

    expect(upstream.requests).toHaveLength(4);
    expect(upstream.connections).toBe(1);
  });

  it("may be changed by the plan; a status without a body drops the body", async () => {
    const plan: ProxyOptions["plan"] = {
      editResponse: (_exchange, response) => {
        response.headers.set("x-added", "1");
        if (response.status === 404) response.status = 204;
      },
    };
    const gone = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\ngone");
    await using upstream = await startUpstream(gone);
    await using proxy = await startProxy(upstream.port, { plan });

    const answer = await talk(proxy.port, head("GET", "/"));

    expect(answer).toMatch(/^HTTP\/1.1 204 No Content\r\nvia: 1.1 backworks\r\nx-added: 1\r\n/);
    expect(bodyOf(answer)).toBe("");
    expect(proxy.outcomes).toEqual([{ kind: "answered", status: 404, ms: expect.any(Number) }]);
    expect(proxy.target.inFlight).toBe(0);
  });
});
