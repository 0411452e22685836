import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import * as zlib from "node:zlib";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createRandom } from "../random.ts";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

const plugin = definePlugin({
  name: "routes",
  version: "1.0.0",
  initialize: () => ({
    contributes: {
      handlers: [
        {
          name: "echo",
          path: "/echo",
          methods: ["POST"],
          needs: { requestBody: true },
          handler: ({ request: { received } }) => ({ body: { value: received?.value, size: received?.bytes.length } }),
        },
        { name: "plain", path: "/plain", methods: ["GET", "POST"], handler: () => ({ body: "ok" }) },
        {
          name: "later",
          path: "/later",
          methods: ["POST"],
          handler: async ({ request }) => {
            const { value } = await request.body();
            return { body: { kind: typeof value } };
          },
        },
      ],
    },
  }),
});

interface Sent {
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  /** As chunks of so many bytes, without a length. */
  readonly chunked?: number;
  /** Written instead of the length of the body. */
  readonly announced?: number;
  /** Whether the client says that nothing more comes. */
  readonly end?: boolean;
}

/** Sends one request as raw bytes; gives all that comes back until the server closes. */
function send(port: number, sent: Sent): Promise<string> {
  const body = Buffer.from(sent.body ?? "");
  const framing =
    sent.chunked === undefined ? `content-length: ${sent.announced ?? body.length}` : "transfer-encoding: chunked";
  const lines = [
    `POST ${sent.path ?? "/echo"} HTTP/1.1`,
    "host: x",
    "connection: close",
    framing,
    ...(sent.headers ?? []),
  ];
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      for (const piece of piecesOf(body, sent.chunked)) socket.write(piece);
      if (sent.end === true) socket.end();
    });
    let received = "";
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    // A server that cuts the connection while more is sent is what some of the cases are about.
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
  });
}

function piecesOf(body: Buffer, size: number | undefined): readonly Buffer[] {
  if (size === undefined) return [body];
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    pieces.push(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]));
  }
  return [...pieces, Buffer.from("0\r\n\r\n")];
}

/** Status and code, or the value that was echoed. */
function resultOf(text: string): unknown {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ""))?.[1]);
  const json = /\{.*\}/s.exec(text.slice(text.lastIndexOf("\r\n\r\n")))?.[0];
  const body: { code?: string; value?: unknown } = json === undefined ? {} : JSON.parse(json);
  return status === 200 ? (body.value ?? text.split("\r\n\r\n").at(-1)) : `${status} ${body.code}`;
}

const jsonType = "content-type: application/json";
const formType = "content-type: application/x-www-form-urlencoded";
const small = '{"a":1}';
const gz = gzipSync(small);

describe("request bodies", () => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await startApp({ yaml: "name: test\nendpoints: {}\nplugins: { routes: {} }", plugins: [plugin] });
  });
  afterAll(() => app.close());

  it.each<[string, Sent, unknown]>([
    ["JSON", { headers: [jsonType], body: small }, { a: 1 }],
    ["JSON in chunks", { headers: [jsonType], body: small, chunked: 2 }, { a: 1 }],
    ["JSON with a byte order mark", { headers: [jsonType], body: `\ufeff${small}` }, { a: 1 }],
    ["JSON with a charset", { headers: ['content-type: application/json; charset="UTF-8"'], body: small }, { a: 1 }],
    ["JSON without a type", { body: small }, { a: 1 }],
    ["a text without a type that only looks like JSON", { body: "[x" }, "[x"],
    ["JSON of a kind of its own", { headers: ["content-type: application/vnd.a+json;v=1"], body: "[1]" }, [1]],
    ["JSON of which a name repeats", { headers: [jsonType], body: '{"a":1,"a":2}' }, { a: 2 }],
    ["broken JSON", { headers: [jsonType], body: "{broken" }, "400 BW_REQUEST_JSON"],
    ["JSON that ends early", { headers: [jsonType], body: '{"a":' }, "400 BW_REQUEST_JSON"],
    ["JSON followed by more", { headers: [jsonType], body: "{}{}" }, "400 BW_REQUEST_JSON"],
    ["JSON that is not UTF-8", { headers: [jsonType], body: Buffer.from([34, 0xff, 34]) }, "400 BW_REQUEST_JSON"],
    [
      "JSON with overlong UTF-8",
      { headers: [jsonType], body: Buffer.from([34, 0xc0, 0xaf, 34]) },
      "400 BW_REQUEST_JSON",
    ],
    [
      "JSON with half a surrogate in UTF-8",
      { headers: [jsonType], body: Buffer.from([34, 0xed, 0xa0, 0x80, 34]) },
      "400 BW_REQUEST_JSON",
    ],
    ["JSON in UTF-16", { headers: [jsonType], body: Buffer.from(`\ufeff${small}`, "utf16le") }, "400 BW_REQUEST_JSON"],
    ["JSON that says UTF-16", { headers: [`${jsonType}; charset=utf-16`], body: small }, "415 BW_REQUEST_MEDIA_TYPE"],
    [
      "JSON that says Latin 1",
      { headers: [`${jsonType};charset=iso-8859-1`], body: small },
      "415 BW_REQUEST_MEDIA_TYPE",
    ],
    ["64 levels", { headers: [jsonType], body: "[".repeat(64) + "]".repeat(64) }, expect.any(Array)],
    ["65 levels", { headers: [jsonType], body: "[".repeat(65) + "]".repeat(65) }, "400 BW_REQUEST_JSON_LIMIT"],
    [
      "100,000 levels",
      { headers: [jsonType], body: "[".repeat(100_000) + "]".repeat(100_000) },
      "400 BW_REQUEST_JSON_LIMIT",
    ],
    ["too deep, without a type", { body: "[".repeat(65) + "]".repeat(65) }, "400 BW_REQUEST_JSON_LIMIT"],
    ["10,001 keys", { headers: [jsonType], body: `{${'"":0,'.repeat(10_000)}"":0}` }, "400 BW_REQUEST_JSON_LIMIT"],
    ["__proto__", { headers: [jsonType], body: '{"a":[{"__proto__":{"polluted":1}}]}' }, "400 BW_REQUEST_KEY"],
    ["__proto__ without a type", { body: '{"__proto__":{}}' }, "400 BW_REQUEST_KEY"],
    ["constructor.prototype", { headers: [jsonType], body: '{"constructor":{"prototype":{}}}' }, "400 BW_REQUEST_KEY"],
    ["a constructor alone", { headers: [jsonType], body: '{"constructor":1}' }, { constructor: 1 }],
    ["a form", { headers: [formType], body: "a=1&b=x+y&a=%32" }, { a: ["1", "2"], b: "x y" }],
    ["a form with __proto__", { headers: [formType], body: "a[__proto__][b]=1" }, "400 BW_REQUEST_KEY"],
    ["a form with 1,001 fields", { headers: [formType], body: "a=1&".repeat(1001) }, "400 BW_REQUEST_FIELDS"],
    [
      "a multipart form without a boundary",
      { headers: ["content-type: multipart/form-data"], body: "x" },
      "400 BW_REQUEST_FORM",
    ],
    [
      "a multipart form that does not end",
      {
        headers: ["content-type: multipart/form-data; boundary=b"],
        body: "--b\r\ncontent-disposition: form-data; name=a\r\n\r\n1",
      },
      "400 BW_REQUEST_FORM",
    ],
  ])("take %s", async (_name, sent, expected) => {
    expect(resultOf(await send(app.port, sent))).toEqual(expected);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each<[string, Sent, unknown]>([
    ["gzip", { headers: [jsonType, "content-encoding: gzip"], body: gz }, { a: 1 }],
    ["x-gzip in another case", { headers: [jsonType, "Content-Encoding: X-GZIP"], body: gz }, { a: 1 }],
    ["deflate", { headers: [jsonType, "content-encoding: deflate"], body: deflateSync(small) }, { a: 1 }],
    ["br", { headers: [jsonType, "content-encoding: br"], body: brotliCompressSync(small) }, { a: 1 }],
    ["identity", { headers: [jsonType, "content-encoding: identity"], body: small }, { a: 1 }],
    ["nothing at all", { headers: [jsonType, "content-encoding:"], body: small }, { a: 1 }],
    ["two codings", { headers: [jsonType, "content-encoding: gzip, br"], body: brotliCompressSync(gz) }, { a: 1 }],
    [
      "gzip twice, byte by byte",
      { headers: [jsonType, "content-encoding: gzip,gzip"], body: gzipSync(gz), chunked: 1 },
      { a: 1 },
    ],
    [
      "two members of gzip",
      {
        headers: ["content-type: text/plain", "content-encoding: gzip"],
        body: Buffer.concat([gzipSync("a"), gzipSync("b")]),
      },
      "ab",
    ],
    ["five codings", { headers: [`content-encoding: ${"gzip,".repeat(5)}`], body: gz }, "415 BW_REQUEST_ENCODING"],
    ["a coding nobody knows", { headers: ["content-encoding: foo"], body: "x" }, "415 BW_REQUEST_ENCODING"],
    [
      "a coding nobody knows where nobody reads",
      { path: "/plain", headers: ["content-encoding: gzip, foo"], body: "x" },
      "415 BW_REQUEST_ENCODING",
    ],
    ["compress", { headers: ["content-encoding: compress"], body: "x" }, "415 BW_REQUEST_ENCODING"],
    [
      "a coding named like a property",
      { headers: ["content-encoding: __proto__"], body: "x" },
      "415 BW_REQUEST_ENCODING",
    ],
    ["no body with a coding nobody knows", { path: "/plain", headers: ["content-encoding: foo"] }, "ok"],
    [
      "a stream that is none",
      { headers: ["content-encoding: gzip"], body: "this is not gzip" },
      "400 BW_REQUEST_ENCODING_BROKEN",
    ],
    [
      "a stream that ends early",
      { headers: ["content-encoding: gzip"], body: gz.subarray(0, -4) },
      "400 BW_REQUEST_ENCODING_BROKEN",
    ],
    [
      "a stream with a wrong sum",
      { headers: ["content-encoding: gzip"], body: Buffer.concat([gz.subarray(0, -8), Buffer.alloc(8)]) },
      "400 BW_REQUEST_ENCODING_BROKEN",
    ],
    [
      "gzip followed by more",
      { headers: ["content-encoding: gzip"], body: Buffer.concat([gz, Buffer.from("x")]) },
      "400 BW_REQUEST_ENCODING_BROKEN",
    ],
    [
      "br followed by more",
      {
        headers: ["content-encoding: br"],
        body: Buffer.concat([brotliCompressSync(small), Buffer.from("x")]),
        chunked: 5,
      },
      "400 BW_REQUEST_ENCODING_BROKEN",
    ],
    [
      "deflate twice in a row",
      { headers: ["content-encoding: deflate"], body: Buffer.concat([deflateSync("a"), deflateSync("b")]) },
      "400 BW_REQUEST_ENCODING_BROKEN",
    ],
    [
      "a bomb within the size",
      { headers: ["content-encoding: gzip"], body: gzipSync(Buffer.alloc(500_000)) },
      "413 BW_REQUEST_BOMB",
    ],
    [
      "a bomb of 64 MiB",
      { headers: ["content-encoding: br"], body: bomb(), chunked: 100 },
      expect.stringMatching(/^413 BW_REQUEST_(?:BOMB|TOO_LARGE)$/),
    ],
    [
      "a bomb in a bomb",
      { headers: ["content-encoding: gzip, gzip"], body: gzipSync(gzipSync(Buffer.alloc(5_000_000))) },
      "413 BW_REQUEST_BOMB",
    ],
    [
      "more than the limit, hardly compressed",
      { headers: ["content-encoding: gzip"], body: gzipSync(noise(1_048_600)) },
      "413 BW_REQUEST_TOO_LARGE",
    ],
    [
      "JSON that is broken once it is decoded",
      { headers: [jsonType, "content-encoding: gzip"], body: gzipSync("{") },
      "400 BW_REQUEST_JSON",
    ],
  ])("are decoded: %s", async (_name, sent, expected) => {
    expect(resultOf(await send(app.port, sent))).toEqual(expected);
  });

  const zstd = (zlib as { zstdCompressSync?: (text: string) => Buffer }).zstdCompressSync;
  it("are decoded: zstd where Node has it", async () => {
    const body = zstd?.(small) ?? small;

    const result = resultOf(await send(app.port, { headers: [jsonType, "content-encoding: zstd"], body }));

    expect(result).toEqual(zstd === undefined ? "415 BW_REQUEST_ENCODING" : { a: 1 });
  });

  it("name the codings that are known, and no value", async () => {
    const text = await send(app.port, { headers: ["content-encoding: secret-thing"], body: "x" });

    expect(text).toMatch(/\r\naccept-encoding: gzip, deflate, br/i);
    expect(text).not.toContain("secret-thing");
  });

  it.each<[string, Sent, unknown]>([
    ["announced", { body: "", announced: 1_048_577 }, "413 BW_REQUEST_TOO_LARGE"],
    ["announced where nobody reads", { path: "/plain", body: "", announced: 1_048_577 }, "413 BW_REQUEST_TOO_LARGE"],
    ["announced to no path at all", { path: "/nope", body: "", announced: 1_073_741_824 }, "413 BW_REQUEST_TOO_LARGE"],
    ["a GiB announced and sent on", { body: noise(1_000_000), announced: 1_073_741_824 }, "413 BW_REQUEST_TOO_LARGE"],
    ["in chunks", { body: noise(1_100_000), chunked: 65_536 }, "413 BW_REQUEST_TOO_LARGE"],
    [
      "in chunks where nobody reads",
      { path: "/plain", body: noise(1_100_000), chunked: 65_536 },
      "413 BW_REQUEST_TOO_LARGE",
    ],
    [
      "asked for by the handler itself",
      { path: "/later", body: noise(1_100_000), chunked: 65_536 },
      "413 BW_REQUEST_TOO_LARGE",
    ],
  ])("are refused above the limit: %s", async (_name, sent, expected) => {
    expect(resultOf(await send(app.port, { ...sent, end: true }))).toEqual(expected);
  });

  it("of exactly the limit are read", async () => {
    const text = await send(app.port, { body: "x".repeat(1_048_576), headers: ["content-type: text/plain"] });

    expect(text).toContain('"size":1048576');
  });

  it("give the text to whoever reads them without need of the value", async () => {
    const text = await send(app.port, { path: "/later", headers: [jsonType], body: "{broken" });

    expect(text).toMatch(/\{"kind":"string"\}$/);
  });

  it.each([
    ["/plain?__proto__[a]=1", "400 BW_REQUEST_KEY"],
    ["/plain?a%5B__proto__%5D=1", "400 BW_REQUEST_KEY"],
    ["/plain?constructor[prototype]=1", "400 BW_REQUEST_KEY"],
    [`/plain?${"a&".repeat(1001)}`, "400 BW_REQUEST_FIELDS"],
    [`/plain?${"a&".repeat(999)}a`, "ok"],
    ["/plain?a=%zz&b=%ff&c=100%", "ok"],
  ])("are not needed to refuse %s", async (path, expected) => {
    expect(resultOf(await send(app.port, { path }))).toBe(expected);
  });

  it("never end the server, whatever they hold", async () => {
    const random = createRandom(20_260_101);
    const below = (most: number): number => Math.floor(random() * most);
    const types = [
      jsonType,
      formType,
      "content-type: multipart/form-data; boundary=b",
      "content-type: text/plain",
      "x: y",
    ];
    const codings = ["x: y", "content-encoding: gzip", "content-encoding: br, deflate"];
    const pieces = [
      "{",
      "}",
      "[",
      "]",
      '"',
      ":",
      ",",
      "\\u00",
      "__proto__",
      "constructor",
      "--b",
      "\r\n",
      "a=1&",
      "%",
      "\0",
      "1e9",
      "\ufeff",
      "content-disposition: form-data; name=a",
    ];
    for (let round = 0; round < 150; round += 1) {
      const text = Array.from({ length: below(40) }, () => pieces[below(pieces.length)]).join("");
      const body = below(2) === 0 ? Buffer.from(text) : gzipSync(text);
      const headers = [types[below(types.length)] ?? "", codings[below(codings.length)] ?? ""];

      const answer = await send(app.port, { headers, body, ...(below(2) === 0 && { chunked: 1 + below(9) }) });

      expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400|413|415) /);
    }
  });
});

/** Zeros in a few hundred bytes. */
function bomb(): Buffer {
  return brotliCompressSync(Buffer.alloc(64 * 1024 * 1024));
}

/** What cannot be compressed. */
function noise(bytes: number): Buffer {
  return randomBytes(bytes);
}
