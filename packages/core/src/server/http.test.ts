import { connect } from "node:net";
import { request } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import type { JsonValue } from "../exchange.ts";
import { definePlugin } from "../plugin.ts";
import type { HandlerRoute, Outcome } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

const outcomes: Outcome[] = [];

/** An app whose routes are the handlers given. */
function startHandlers(handlers: readonly HandlerRoute[], yaml = ""): Promise<StartedApp> {
  const plugin = definePlugin({
    name: "routes",
    version: "1.0.0",
    initialize: () => ({
      finished: (_exchange, outcome) => void outcomes.push(outcome),
      contributes: { handlers },
    }),
  });
  return startApp({ yaml: `name: test\nendpoints: {}\nplugins: { routes: {} }\n${yaml}`, plugins: [plugin] });
}

const echo: HandlerRoute = {
  name: "echo",
  path: "/echo",
  methods: ["POST"],
  needs: { requestBody: true },
  handler: ({ request: { received } }) => ({ body: { value: received?.value, size: received?.bytes.length } }),
};

/** Sends raw bytes and gives everything that comes back until the server closes or falls silent. */
function raw(port: number, text: string, quietMs = 150): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on("data", (chunk) => (received += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

describe("the server", () => {
  it.each([
    ["text", { body: "hi ✓" }, "text/plain; charset=utf-8", "hi ✓"],
    ["an object", { body: { a: 1 } }, "application/json", '{"a":1}'],
    ["a number", { body: 7 }, "application/json", "7"],
    ["bytes", { body: new Uint8Array([0x68, 0xc3, 0xbc]) }, "application/octet-stream", "hü"],
    ["its own type", { body: "<a/>", headers: { "Content-Type": "text/xml" } }, "text/xml", "<a/>"],
    ["many bytes", { body: Buffer.alloc(100_000, "x") }, "application/octet-stream", "x".repeat(100_000)],
  ])("sends %s with type and length", async (...[, init, type, text]) => {
    await using app = await startHandlers([{ name: "r", path: "/r", handler: () => init }]);

    const response = await app.fetch("/r");

    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
    expect(await response.text()).toBe(text);
  });

  it("sends a stream as it comes", async () => {
    await using app = await startHandlers([
      { name: "r", path: "/r", handler: () => ({ body: Readable.from(["one ", "two"]) }) },
    ]);

    const response = await app.fetch("/r");

    expect(response.headers.get("content-length")).toBeNull();
    expect(await response.text()).toBe("one two");
  });

  it("cuts the connection when a stream fails on its way", async () => {
    await using app = await startHandlers([
      {
        name: "r",
        path: "/r",
        handler: () => ({
          body: Readable.from(
            (async function* fail() {
              yield "one";
              await Promise.resolve();
              throw new Error("broken");
            })(),
          ),
        }),
      },
    ]);

    await expect(app.fetch("/r").then((response) => response.text())).rejects.toThrow("terminated");
  });

  it("answers HEAD with the headers of GET and no body", async () => {
    await using app = await startHandlers([{ name: "r", path: "/r", handler: () => ({ body: "four" }) }]);

    const text = await raw(app.port, "HEAD /r HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

    expect(text).toContain("content-length: 4");
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it.each([204, 304])("sends no body with %i", async (status) => {
    await using app = await startHandlers([{ name: "r", path: "/r", handler: () => ({ status, body: "x" }) }]);

    const text = await raw(app.port, "GET /r HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

    expect(text).toContain(`HTTP/1.1 ${status}`);
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it("sends 205 without a body, and says so", async () => {
    await using app = await startHandlers([{ name: "r", path: "/r", handler: () => ({ status: 205, body: "x" }) }]);

    const text = await raw(app.port, "GET /r HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

    expect(text).toContain("content-length: 0\r\n");
    expect(text).not.toContain("content-type");
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it.each([
    ["a line end in a header", { headers: { "x-a": "b\r\nc: d" } }],
    ["a header name with a space", { headers: { "x a": "b" } }],
    ["a character above Latin 1", { headers: { "x-a": "✓" } }],
    ["status 99", { status: 99 }],
    ["status 1000", { status: 1000 }],
    ["status 101", { status: 101 }],
    ["a circle", { body: circle() }],
  ])("answers 500 instead of %s", async (_name, init) => {
    await using app = await startHandlers([{ name: "r", path: "/r", handler: () => init }]);

    const response = await app.fetch("/r");

    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 500 });
  });

  it("gives its own length when a handler names a wrong one", async () => {
    await using app = await startHandlers([
      {
        name: "r",
        path: "/r",
        handler: () => ({ headers: { "content-length": "3", "transfer-encoding": "chunked" }, body: "12345" }),
      },
    ]);

    expect(await (await app.fetch("/r")).text()).toBe("12345");
  });

  it("says nothing of an unexpected error to a client in production", async () => {
    await using app = await startHandlers([
      {
        name: "r",
        path: "/r",
        handler: () => {
          throw new Error("secret of the database");
        },
      },
    ]);

    const text = await (await app.fetch("/r")).text();

    expect(JSON.parse(text)).toMatchObject({ status: 500, requestId: expect.any(String) });
    expect(text).not.toContain("secret");
  });

  it("answers pipelined requests in order", async () => {
    await using app = await startHandlers([
      {
        name: "slow",
        path: "/slow",
        handler: () => new Promise((resolve) => setImmediate(() => resolve({ body: "first" }))),
      },
      { name: "fast", path: "/fast", handler: () => ({ body: "second" }) },
    ]);

    const text = await raw(
      app.port,
      "GET /slow HTTP/1.1\r\nhost: x\r\n\r\nGET /fast HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );

    expect(text.indexOf("first")).toBeGreaterThan(0);
    expect(text.indexOf("second")).toBeGreaterThan(text.indexOf("first"));
  });

  it.each([
    ["no HTTP", "hello\r\n\r\n", "400"],
    ["headers that are too long", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, "431"],
    ["an absolute target", "GET http://x/r?a=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "200"],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "204"],
    ["a path that does not decode", "GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "400"],
  ])("answers %s", async (_name, text, status) => {
    await using app = await startHandlers([{ name: "r", path: "/r", handler: () => ({ body: "x" }) }]);

    expect(await raw(app.port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  });

  it("ends a request whose client left, and says so", async () => {
    outcomes.length = 0;
    let aborted = false;
    let arrived: () => void = () => {};
    const there = new Promise<void>((resolve) => (arrived = resolve));
    await using app = await startHandlers([
      {
        name: "r",
        path: "/r",
        handler: ({ signal }) =>
          new Promise((resolve) => {
            arrived();
            signal.addEventListener("abort", () => {
              aborted = true;
              resolve({ body: "late" });
            });
          }),
      },
    ]);

    const outgoing = request(`${app.url}/r`);
    outgoing.on("error", () => {});
    outgoing.end();
    await there;
    outgoing.destroy();
    await until(() => outcomes.length === 1);

    expect(aborted).toBe(true);
    expect(outcomes[0]).toMatchObject({ aborted: true });
  });
});

describe("request bodies", () => {
  it.each([
    ["application/json", '{"a":[1]}', { a: [1] }],
    ["application/vnd.x+json; charset=utf-8", "[1]", [1]],
    ["application/x-www-form-urlencoded", "a=1&a=2&b=x+y", { a: ["1", "2"], b: "x y" }],
    ["text/plain", "hello", "hello"],
    [
      "multipart/form-data; boundary=b",
      '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\ncontent-disposition: form-data; name="f"; filename="x.txt"\r\n\r\nabc\r\n--b--\r\n',
      { a: "1", f: { filename: "x.txt", type: "application/octet-stream", size: 3 } },
    ],
  ])("are read as %s", async (type, body, value) => {
    await using app = await startHandlers([echo]);

    const response = await app.fetch("/echo", { method: "POST", headers: { "content-type": type }, body });

    expect(await response.json()).toEqual({ value, size: body.length });
  });

  it("are refused above the limit, announced or not", async () => {
    await using app = await startHandlers([echo]);
    const body = "x".repeat(1024 * 1024 + 1);

    const announced = await app.fetch("/echo", { method: "POST", body });
    // Without a length the limit shows only while the body comes in.
    const streamed = await app.fetch("/echo", { method: "POST", body: new Blob([body]).stream(), duplex: "half" });

    expect(announced.status).toBe(413);
    expect(await streamed.json()).toMatchObject({ status: 413, code: "BW_REQUEST_TOO_LARGE" });
  });

  it("of exactly the limit are read", async () => {
    await using app = await startHandlers([echo]);

    const response = await app.fetch("/echo", { method: "POST", body: "x".repeat(1024 * 1024) });

    expect(await response.json()).toMatchObject({ size: 1024 * 1024 });
  });

  it("are asked for with 100 Continue only when somebody reads them", async () => {
    await using app = await startHandlers([
      echo,
      { name: "deaf", path: "/deaf", methods: ["POST"], handler: () => ({ body: "no" }) },
    ]);
    const head = (path: string, length: number) =>
      `POST ${path} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`;

    expect(await raw(app.port, head("/echo", 3))).toMatch(/^HTTP\/1.1 100 Continue/);
    expect(await raw(app.port, head("/echo", 9_000_000))).toMatch(/^HTTP\/1.1 413/);
    expect(await raw(app.port, head("/deaf", 3))).toMatch(/^HTTP\/1.1 200/);
  });

  it("that break off are malformed", async () => {
    outcomes.length = 0;
    await using app = await startHandlers([echo]);

    const socket = connect(app.port, "127.0.0.1", () => {
      socket.write("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc", () => socket.destroy());
    });
    await until(() => outcomes.length === 1);

    expect(outcomes[0]).toMatchObject({ status: 400 });
  });
});

describe("every response", () => {
  it("repeats a well-formed request id and replaces another", async () => {
    await using app = await startHandlers([]);

    const good = await app.fetch("/x", { headers: { "x-request-id": "abc-123" } });
    const bad = await app.fetch("/x", { headers: { "x-request-id": 'a b"c' } });

    expect(good.headers.get("x-request-id")).toBe("abc-123");
    expect(bad.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("continues the caller's trace with a span of its own", async () => {
    await using app = await startHandlers([]);
    const [trace, span] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];

    const { headers } = await app.fetch("/x", {
      headers: { traceparent: `00-${trace}-${span}-01`, tracestate: "a=1" },
    });

    expect(headers.get("traceparent")).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(headers.get("traceparent")).not.toContain(span);
    expect(headers.get("tracestate")).toBe("a=1");
  });

  it("has the configuration's headers unless it brings its own", async () => {
    await using app = await startHandlers(
      [{ name: "r", path: "/r", handler: () => ({ headers: { "X-Two": "mine" } }) }],
      "global_headers: { X-One: a, X-Two: b }",
    );

    const { headers } = await app.fetch("/r");

    expect([headers.get("x-one"), headers.get("x-two")]).toEqual(["a", "mine"]);
  });

  it("keeps several values of one header apart", async () => {
    await using app = await startHandlers([
      { name: "r", path: "/r", handler: () => ({ headers: { "set-cookie": ["a=1", "b=2"] } }) },
    ]);

    expect((await app.fetch("/r")).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });
});

function circle(): JsonValue {
  const value: { self?: JsonValue } = {};
  value.self = value;
  return value;
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(done()).toBe(true);
}
