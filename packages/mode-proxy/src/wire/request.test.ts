import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { answering, head, startProxy, startUpstream, talk } from "../../test/wire-rig.ts";
import type { ProxyOptions, ScriptedUpstream, StartedProxy } from "../../test/wire-rig.ts";

const ok = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

/** Header lines of the last request an upstream got, names in lower case. */
function linesOf(text: string | undefined): string[] {
  return (text ?? "").split("\r\n\r\n", 1)[0]!.split("\r\n").slice(1);
}

describe("a request at the upstream", () => {
  let upstream: ScriptedUpstream;
  let proxy: StartedProxy;
  beforeAll(async () => {
    upstream = await startUpstream(ok);
    proxy = await startProxy(upstream.port);
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  async function sent(text: string): Promise<string> {
    await talk(proxy.port, text);
    return upstream.requests.at(-1) ?? "";
  }

  it.each([
    "/",
    "/a/b/",
    "/a//b///c",
    "/a%20b/%C3%A9",
    "/a%2Eb",
    "/~a;b=1,c/$@:!'()*+",
    "/?",
    "/a?",
    "/a?b=1&b=2&c=%2F..%2F&d",
    "/a?x=http://y/../z",
    "/a?[]|^`{}",
    "/a?%00%0D%0A",
  ])("has the path and query as they came: %s", async (path) => {
    const text = await sent(head("GET", path));

    expect(text.split("\r\n")[0]).toBe(`GET ${path} HTTP/1.1`);
  });

  it("has the path of an absolute target, and its host in X-Forwarded-Host", async () => {
    const text = await sent("GET http://other.test/x?y HTTP/1.1\r\nhost: shop.test\r\nconnection: close\r\n\r\n");

    expect(text).toMatch(/^GET \/x\?y HTTP\/1.1\r\n/);
    expect(linesOf(text)).toContain("x-forwarded-host: other.test");
  });

  it.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])("has the method %s", async (method) => {
    expect(await sent(head(method, "/m"))).toMatch(new RegExp(`^${method} /m HTTP/1.1\r\n`));
  });

  it.each([
    ["Connection: keep-alive, X-Own, x-other", ["X-Own: 1", "X-Other: 2"]],
    ["Connection: close, \t,, X-Own", ["x-own: 1", "x-OWN: 2"]],
    ["Keep-Alive: timeout=5", []],
    ["Proxy-Connection: keep-alive", []],
    ["Proxy-Authorization: Basic eA==", []],
    ["Proxy-Authenticate: Basic", []],
    ["TE: gzip, deflate", []],
    ["Upgrade: h2c", []],
    ["HTTP2-Settings: AAMAAABkAAQAAP__", []],
  ])("has no hop-by-hop field: %s", async (line, named) => {
    const text = await sent(head("GET", "/", [line, ...named, "x-stays: 1"]));

    const name = line.split(":")[0]!.toLowerCase();
    const lines = linesOf(text).map((one) => one.toLowerCase());
    expect(lines.filter((one) => one.startsWith(`${name}:`) && !one.startsWith("connection: keep-alive"))).toEqual([]);
    for (const one of named) expect(lines).not.toContain(one.toLowerCase());
    expect(lines).toContain("x-stays: 1");
  });

  it("keeps what its framing needs, whatever Connection names", async () => {
    const lines = ["Connection: content-length, host, x-forwarded-for", "content-length: 2"];

    const text = await sent(`${head("POST", "/", lines)}ok`);

    expect(linesOf(text)).toEqual(expect.arrayContaining(["content-length: 2", "x-forwarded-for: 127.0.0.1"]));
    expect(text).toMatch(/\r\n\r\nok$/);
  });

  it.each(["TE: trailers", "TE: gzip;q=0.5, trailers", "TE: trailers;q=1"])(
    "says that trailers are taken for %s",
    async (te) => {
      expect(linesOf(await sent(head("GET", "/", [`Connection: TE`, te])))).toContain("te: trailers");
    },
  );

  it("has repeated fields apart and in order", async () => {
    const fields = ["X-A: 1", "Accept: a", "X-B: x", "X-A: 2", "Accept: b", "Cookie: a=1", "Cookie: b=2", "X-A: 1"];

    const lines = linesOf(await sent(head("GET", "/", fields)));

    const order = lines.filter((line) => /^(?:x-a|x-b|accept|cookie):/i.test(line));
    expect(order).toEqual(fields.map((field) => field.replace(/^[^:]+/, (name) => name.toLowerCase())));
  });

  it("has values byte for byte", async () => {
    expect(await sent(head("GET", "/", ["X-A: \xe9\xff \t x"]))).toContain("x-a: \xe9\xff \t x\r\n");
  });

  it("has the host of the target, and that of the client in the forwarded fields", async () => {
    const lines = linesOf(await sent(head("GET", "/")));

    expect(lines).toEqual(
      expect.arrayContaining([
        `host: 127.0.0.1:${upstream.port}`,
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-host: shop.test",
        "x-forwarded-proto: http",
        `x-forwarded-port: ${proxy.port}`,
        "forwarded: for=127.0.0.1;host=shop.test;proto=http",
        "via: 1.1 backworks",
      ]),
    );
  });

  it("has nothing that a client which is not trusted says of itself", async () => {
    const lies = [
      "X-Forwarded-For: 1.1.1.1",
      "x-forwarded-proto: https",
      "X-Forwarded-Host: evil",
      "X-Forwarded-Port: 1",
      "Forwarded: for=1.1.1.1;proto=https",
      "Forwarded: for=2.2.2.2",
    ];

    const text = await sent(head("GET", "/", lies));

    expect(text).not.toMatch(/1\.1\.1\.1|2\.2\.2\.2|https|evil|port: 1\r/);
    expect(linesOf(text).filter((line) => /^(?:forwarded|x-forwarded-for):/.test(line))).toHaveLength(2);
  });

  it("adds itself behind other proxies in Via", async () => {
    const lines = linesOf(await sent(head("GET", "/", ["Via: 1.0 fred"])));

    expect(lines.filter((line) => line.startsWith("via:"))).toEqual(["via: 1.0 fred", "via: 1.1 backworks"]);
  });

  it("takes HTTP/1.0 clients without a Host", async () => {
    expect(await talk(proxy.port, "GET /old HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 200 .*\r\n\r\nok$/s);
    expect(upstream.requests.at(-1)).toMatch(/^GET \/old HTTP\/1.1\r\n/);
  });

  it.each([
    ["two lengths", ["content-length: 2", "content-length: 3"]],
    ["a length and chunks", ["content-length: 2", "transfer-encoding: chunked"]],
    ["an unknown coding", ["transfer-encoding: gzip"]],
    ["a coding behind chunked", ["transfer-encoding: chunked, gzip"]],
    ["a broken length", ["content-length: 2x"]],
    ["a signed length", ["content-length: +2"]],
    ["a space before the colon", ["x-a : 1"]],
    ["a folded field", ["x-a: 1\r\n 2"]],
    ["a NUL", ["x-a: \0"]],
    ["two hosts", ["Host: other.test"]],
  ])("does not exist when the head is ambiguous: %s", async (_, lines) => {
    const before = upstream.requests.length;

    const answer = await talk(proxy.port, `${head("POST", "/", lines)}ok`);

    expect(answer).toMatch(/^HTTP\/1.1 (?:400|501) /);
    expect(upstream.requests).toHaveLength(before);
  });

  it.each(["/../x", "/a/../../x", "/%2e%2e/x", "/a/..%2f..%2fx", "/.%2E/x", "/a/%2e./../x", "/..\\x"])(
    "does not exist when the path leads out: %s",
    async (path) => {
      const before = upstream.requests.length;

      expect(await talk(proxy.port, head("GET", path))).toMatch(/^HTTP\/1.1 400 /);
      expect(upstream.requests).toHaveLength(before);
    },
  );
});

describe("forwarded fields", () => {
  async function linesFor(options: ProxyOptions, fields: readonly string[]): Promise<string[]> {
    await using upstream = await startUpstream(ok);
    await using proxy = await startProxy(upstream.port, options);
    await talk(proxy.port, head("GET", "/", fields));
    return linesOf(upstream.requests[0]).filter((line) => /^(?:x-)?forwarded/.test(line));
  }

  const said = [
    "X-Forwarded-For: 1.1.1.1",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: a.test",
    "Forwarded: for=1.1.1.1",
  ];

  it("go on with our peer added when it is trusted", async () => {
    expect(await linesFor({ server: "{ trust_proxy: [loopback] }" }, said)).toEqual([
      "x-forwarded-for: 1.1.1.1, 127.0.0.1",
      "x-forwarded-proto: https",
      "x-forwarded-host: a.test",
      expect.stringMatching(/^x-forwarded-port: \d+$/),
      "forwarded: for=1.1.1.1, for=127.0.0.1;host=shop.test;proto=http",
    ]);
  });

  it("are written in one form, and lies in the other thrown away", async () => {
    const x = await linesFor({ plan: { forwarded: "x" } }, said);
    const standard = await linesFor({ plan: { forwarded: "rfc7239" } }, said);

    expect(x.map((line) => line.split(":")[0])).toEqual([
      "x-forwarded-for",
      "x-forwarded-proto",
      "x-forwarded-host",
      "x-forwarded-port",
    ]);
    expect(standard).toEqual(["forwarded: for=127.0.0.1;host=shop.test;proto=http"]);
  });

  it("are left alone when they are off", async () => {
    const lines = await linesFor({ plan: { forwarded: "off" } }, said);

    expect(lines).toEqual(said.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase())));
  });

  it("quote a host with a port", async () => {
    await using upstream = await startUpstream(ok);
    await using proxy = await startProxy(upstream.port);
    await talk(proxy.port, "GET / HTTP/1.1\r\nhost: shop.test:81\r\nconnection: close\r\n\r\n");

    expect(upstream.requests[0]).toContain('forwarded: for=127.0.0.1;host="shop.test:81";proto=http\r\n');
  });
});

describe("a plan", () => {
  it("puts the path of the target in front, keeps the host, edits fields, replaces the method", async () => {
    await using upstream = await startUpstream(ok);
    await using proxy = await startProxy(upstream.port, {
      targetPath: "/v1",
      plan: {
        preserveHost: true,
        via: undefined,
        method: "GET",
        editRequest: (_exchange, headers) => [...headers, "x-added", "1"],
      },
    });
    const lines = ["content-type: text/plain", "content-length: 2"];
    await talk(proxy.port, `${head("POST", "/a", lines)}ok`);
    const text = upstream.requests[0] ?? "";

    expect(text).toMatch(/^GET \/v1\/a HTTP\/1.1\r\nhost: shop.test\r\n.*x-added: 1\r\n\r\n$/s);
    expect(text).not.toMatch(/content-|via/);
  });
});
