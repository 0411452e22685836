import { once } from "node:events";
import { createReadStream } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { toReadable } from "../body-source.ts";
import type { BodySink, BodySource } from "../body-source.ts";
import { BackworksError } from "../errors.ts";
import type { Handler } from "../exchange.ts";
import { defineMode } from "../mode.ts";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

/** What the source below did, in order. */
const seen: string[] = [];

function source(give: (sink: BodySink) => void): BodySource {
  return {
    start: give,
    resume: () => void seen.push("resume"),
    cancel: () => void seen.push("cancel"),
  };
}

/** A stream of Node that fails behind these parts. */
function failing(parts: readonly string[], error: Error): Readable {
  return Readable.from(
    (async function* () {
      yield* parts;
      await new Promise((resolve) => setImmediate(resolve));
      throw error;
    })(),
  );
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Answers by the word of its block. */
const handlers: Readonly<Record<string, Handler>> = {
  echo: ({ request }) => {
    const body = request.stream() ?? null;
    const trailers = { trailer: "x-sum" };
    return { headers: { "x-coding": String(request.headers["content-encoding"]), ...trailers }, body };
  },
  count: async ({ request }) => {
    let size = 0;
    const body = request.stream();
    if (body !== undefined) for await (const chunk of toReadable(body)) size += (chunk as Buffer).length;
    return { body: { size } };
  },
  ignore: ({ request }) => {
    request.stream()?.start({ write: () => false, end() {}, fail: () => void seen.push("failed") });
    return { body: "early" };
  },
  cancel: ({ request }) => {
    const body = request.stream();
    body?.start({ write: () => false, end() {}, fail() {} });
    body?.cancel();
    return { body: "early" };
  },
  sized: () => ({
    headers: { "content-length": "2" },
    body: source((sink) => (sink.write(bytes("ok")), sink.end([]))),
  }),
  broken: () => ({
    body: source((sink) => (sink.write(bytes("half")), setImmediate(() => sink.fail(new Error("gone"))))),
  }),
  trailers: () => ({
    headers: { trailer: "x-a" },
    body: source((sink) => (sink.write(bytes("ok")), sink.end(["X-A", "1", "x-a", "2"]))),
  }),
  missing: () => ({ headers: { "content-type": "image/png" }, body: createReadStream("/nowhere") }),
  refusing: () => ({ body: failing([], new BackworksError("BW_HANDLER_TIMEOUT", { limit: 1 })) }),
  tearing: () => ({ body: failing(["half"], new Error("gone")) }),
  empty: () => ({ body: Readable.from([]) }),
  none: () => ({ status: 204, headers: { "content-length": "3" }, body: Readable.from(["abc"]) }),
  reset: () => ({ status: 205, headers: { "content-length": "3" }, body: Readable.from(["abc"]) }),
  over: () => {
    const body = new Readable({ read() {} });
    body.push(null);
    return { headers: { "content-type": "text/x", "content-length": "0" }, body };
  },
  numbers: () => ({ body: Readable.from([1, 2]) }),
  longer: () => ({ headers: { "content-length": "3" }, body: Readable.from(["abc", "HTTP/1.1 200 OK"]) }),
  shorter: () => ({ headers: { "content-length": "9" }, body: Readable.from(["abc"]) }),
  unsized: () => ({ headers: { "content-length": "3, 3" }, body: Readable.from(["abc"]) }),
  long: () => ({ headers: { "content-length": "1" }, body: source((sink) => (sink.write(bytes("ok")), sink.end([]))) }),
  waiting: () => ({ headers: { "content-type": "text/event-stream" }, body: new Readable({ read() {} }) }),
  silent: () => ({ headers: { "content-type": "text/event-stream" }, body: source(() => {}) }),
  inform: (exchange) => {
    exchange.inform(103, { link: "</a.css>; rel=preload", "x-hint": "1" });
    exchange.inform(102);
    return { body: "ok" };
  },
  misinform: (exchange) => {
    exchange.inform(103, { "x-a": "1\r\nx-b: 2" });
    return {};
  },
  conclude: (exchange) => {
    exchange.inform(200);
    return {};
  },
  // The last listener counts, and none when it was taken away.
  left: (exchange) => {
    exchange.onLeave(() => void seen.push("not told"));
    exchange.onLeave((reason) => void seen.push(`left ${String(reason)} ${exchange.signal.aborted}`));
    return new Promise(() => {});
  },
  stays: (exchange) => {
    exchange.onLeave(() => void seen.push("not told"));
    exchange.onLeave(undefined);
    return new Promise(() => {});
  },
  facts: ({ request: { rawHeaders, peer } }) => ({
    body: { rawHeaders, peer: { ...peer, localPort: peer.localPort! > 0 } },
  }),
};

const streamed = defineMode({
  name: "streamed",
  description: "streams",
  endpointKeys: { streamed: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } } },
  needs: { requestStream: true, ownTime: true },
  open: () => undefined,
  compile: ({ values }) => handlers[String(values["streamed"])]!,
});

const collector = definePlugin({
  name: "collector",
  version: "1.0.0",
  initialize: () => ({
    afterResponse: {
      needs: { responseBody: true },
      when: { endpoints: ["sized"] },
      run: ({ response }) => response?.headers.set("x-bytes", String((response.body as Uint8Array).length)),
    },
  }),
});

const endpoints = Object.keys(handlers)
  .map((name) => `  ${name}: { path: /${name}, methods: [GET, POST], streamed: ${name} }`)
  .join("\n");

/** Sends raw text and gives what comes back until the connection ends. */
async function talk(port: number, text: string | Uint8Array): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  return read(socket);
}

function read(socket: Socket): Promise<string> {
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString("latin1")));
  socket.on("error", () => {});
  return new Promise((resolve) => socket.on("close", () => resolve(received)));
}

function head(method: string, path: string, lines: readonly string[] = []): string {
  return [`${method} ${path} HTTP/1.1`, "host: x", "connection: close", ...lines, "", ""].join("\r\n");
}

describe("a handler that streams", () => {
  let app: StartedApp;
  let port: number;
  beforeAll(async () => {
    const yaml = `name: test\nplugins: { collector: {} }\nendpoints:\n${endpoints}\n  small: { path: /small, methods: [POST], streamed: count, limits: { body_size: 10 } }\n`;
    app = await startApp({ yaml, modes: [streamed], plugins: [collector] });
    port = Number(new URL(app.url).port);
  });
  afterAll(() => app.close());

  it("takes bodies that are larger than what is collected elsewhere", async () => {
    const response = await app.fetch("/count", { method: "POST", body: Buffer.alloc(3_000_000) });

    expect(await response.json()).toEqual({ size: 3_000_000 });
  });

  it("gets content codings as they are, known or not", async () => {
    const zipped = gzipSync("hello");
    const response = await app.fetch("/echo", {
      method: "POST",
      body: zipped,
      headers: { "content-encoding": "x-own" },
    });

    expect(response.headers.get("x-coding")).toBe("x-own");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(zipped);
  });

  it("gets and gives trailers", async () => {
    const text = `${head("POST", "/echo", ["transfer-encoding: chunked", "trailer: x-sum"])}2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n`;

    expect(await talk(port, text)).toMatch(/\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n$/);
    expect(await talk(port, head("GET", "/trailers"))).toMatch(/0\r\nX-A: 1\r\nx-a: 2\r\n\r\n$/);
  });

  it("has no body without a length and chunks", async () => {
    expect(await (await app.fetch("/count")).json()).toEqual({ size: 0 });
  });

  it.each([
    ["announced", ["content-length: 11"], "12345678901"],
    ["not announced", ["transfer-encoding: chunked"], "b\r\n12345678901\r\n0\r\n\r\n"],
  ])("is spared a body of %s size above what the endpoint says", async (_, lines, body) => {
    expect(await talk(port, head("POST", "/small", lines) + body)).toMatch(/^HTTP\/1.1 413 .*BW_REQUEST_TOO_LARGE/s);
  });

  it("has a waiting client told to go on when the body is taken", async () => {
    const lines = ["expect: 100-continue", "content-length: 2"];
    const socket = connect(port, "127.0.0.1");
    const answer = read(socket);
    socket.write(head("POST", "/count", lines));
    await once(socket, "data");
    socket.write("ok");

    expect(await answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK.*\{"size":2\}$/s);
  });

  it("hears of a client that goes away in the middle of its body", async () => {
    seen.length = 0;
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST /ignore HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc`);
    await once(socket, "data");
    socket.destroy();

    while (!seen.includes("failed")) await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toContain("failed");
  });

  it("may answer early, and the connection goes on when the rest was little", async () => {
    const text = `POST /cancel HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\nabc`;
    const socket = connect(port, "127.0.0.1");
    const answer = read(socket);
    socket.write(text);
    await once(socket, "data");
    socket.write(`def${head("GET", "/count")}`);

    expect(await answer).toMatch(/early.*\{"size":0\}/s);
  });

  it("is cut off when its body fails, and logged as aborted", async () => {
    expect(await talk(port, head("GET", "/broken"))).toMatch(/\r\n4\r\nhalf\r\n$/);
  });

  it.each([
    ["/missing", 500, "BW_INTERNAL"],
    ["/refusing", 504, "BW_HANDLER_TIMEOUT"],
  ])("is answered for with a problem when it fails before its first byte: %s", async (path, status, code) => {
    const response = await app.fetch(path);

    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code });
  });

  it("is cut off when it fails later, and may have nothing to say", async () => {
    expect(await talk(port, head("GET", "/tearing"))).toMatch(/^HTTP\/1.1 200 .*\r\n4\r\nhalf\r\n$/s);
    expect(await talk(port, head("GET", "/over"))).toMatch(/^HTTP\/1.1 200 .*content-length: 0\r\n/s);
    expect(await talk(port, head("GET", "/empty"))).toMatch(/^HTTP\/1.1 200 .*\r\n\r\n0\r\n\r\n$/s);
  });

  it.each(["/longer", "/shorter", "/long", "/numbers"])(
    "ends the connection with a body that is not as its head says: %s",
    async (path) => {
      // The next answer must not be taken for a part of this one, nor the other way round.
      const requests = [path, "/sized"].map((one) => `GET ${one} HTTP/1.1\r\nhost: x\r\n\r\n`).join("");

      expect(await talk(port, requests)).toMatch(/^(?:HTTP\/1.1 200 OK\r\n[^]*?\r\n\r\n(?:abc)?)?$/);
    },
  );

  it("has no body, nor the length of one, with a status that has none", async () => {
    expect(await talk(port, head("GET", "/none"))).toMatch(/^HTTP\/1.1 204 (?![^]*content-length)[^]*\r\n\r\n$/);
    expect(await talk(port, head("GET", "/reset"))).toMatch(/^HTTP\/1.1 205 [^]*content-length: 0\r\n[^]*\r\n\r\n$/);
  });

  it.each(["GET", "HEAD"])("may not say a length that is none, to %s", async (method) => {
    expect(await talk(port, head(method, "/unsized"))).toMatch(/^HTTP\/1.1 500 /);
  });

  it("has its status sent although its stream has nothing to say yet", async () => {
    const leaving = new AbortController();

    const response = await app.fetch("/waiting", { signal: leaving.signal });
    leaving.abort();

    expect(response.status).toBe(200);
  });

  it("keeps the length it named, and sends no trailers then", async () => {
    expect(await talk(port, head("HEAD", "/sized"))).toMatch(/content-length: 2\r\n/);
    expect(await talk(port, head("HEAD", "/trailers"))).not.toMatch(/trailer/);
    expect(await talk(port, "GET /trailers HTTP/1.0\r\n\r\n")).toMatch(/\r\n\r\nok$/);
  });

  it("has its body collected for a hook that needs it", async () => {
    const response = await app.fetch("/sized");

    expect(response.headers.get("x-bytes")).toBe("2");
    expect(await response.text()).toBe("ok");
  });

  it("has its head sent before the first byte, and is told when the client leaves", async () => {
    seen.length = 0;
    const socket = connect(port, "127.0.0.1");
    socket.write(head("GET", "/silent"));
    const [first] = (await once(socket, "data")) as [Buffer];
    socket.destroy();

    expect(first.toString()).toMatch(/^HTTP\/1.1 200 OK/);
    while (!seen.includes("cancel")) await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(["cancel"]);
  });

  it("is told when the client leaves, without a signal", async () => {
    seen.length = 0;
    for (const path of ["/stays", "/left"]) {
      const socket = connect(port, "127.0.0.1");
      socket.write(head("GET", path));
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
    }
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));

    expect(seen).toEqual(["left undefined true"]);
  });

  it("sends interim responses, which HTTP/1.0 has none of", async () => {
    const interim =
      "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\nx-hint: 1\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";

    expect(await talk(port, head("GET", "/inform"))).toMatch(
      new RegExp(`^${interim.replaceAll(/[/.;]/g, "\\$&")}HTTP/1.1 200`),
    );
    expect(await talk(port, "GET /inform HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 200/);
  });

  it.each(["/misinform", "/conclude"])("may not split or end the response by an interim one: %s", async (path) => {
    expect(await talk(port, head("GET", path))).toMatch(/^HTTP\/1.1 500 .*BW_RESPONSE_INVALID/s);
  });

  it("sees header lines as they came, and who is at the other end", async () => {
    const text = await talk(port, head("GET", "/facts", ["X-A: 1", "x-a: 2"]));

    expect(JSON.parse(text.split("\r\n\r\n")[1]!)).toEqual({
      rawHeaders: ["host", "x", "connection", "close", "X-A", "1", "x-a", "2"],
      peer: { address: "127.0.0.1", trusted: false, encrypted: false, localPort: true },
    });
  });
});
