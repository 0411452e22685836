import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { firstOf, leave, sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { TestServer } from "../../test/proxy-rig.ts";
import { createRecordingLogger } from "../../test/recording-logger.ts";

const types = { "content-type": "application/json" };

function yamlFor(server: TestServer, keys: string): string {
  return `name: x\nendpoints:\n  a:\n    path: /a\n    methods: [GET, POST]\n    proxy: { target: "${server.url}", ${keys} }\n`;
}

describe("a map of an answer", () => {
  const keys = "transform_response: { body: { map: { id: user_id, secret: null } } }";

  it("gives fields new names and corrects what headers say of the body", async () => {
    await using server = await startServer((response) =>
      sendJson(response, 200, [{ id: 1, secret: "x" }], {
        etag: '"abc"',
        "content-digest": "sha-256=:x:",
        "x-kept": "1",
      }),
    );
    await using app = await startProxy(yamlFor(server, keys));

    const response = await app.fetch("/a");
    const text = await response.text();

    expect(text).toBe('[{"user_id":1}]');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/json",
      "content-length": String(text.length),
      etag: 'W/"abc"',
      "x-kept": "1",
    });
    expect(response.headers.get("content-digest")).toBeNull();
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["gzip, br", (text: string) => brotliCompressSync(gzipSync(text))],
    ["identity", (text: string) => Buffer.from(text)],
  ] as const)("undoes the coding %s", async (coding, encode) => {
    await using server = await startServer((response) => {
      response.writeHead(200, { ...types, "content-encoding": coding }).end(encode('{"id":1}'));
    });
    await using app = await startProxy(yamlFor(server, keys));

    const response = await app.fetch("/a");

    expect(await response.json()).toEqual({ user_id: 1 });
    expect(response.headers.get("content-encoding")).toBeNull();
  });

  it.each([
    ["a coding that is not known", { ...types, "content-encoding": "compress" }, "{}", "BW_PROXY_TRANSFORM_FAILED"],
    ["a coding that is broken", { ...types, "content-encoding": "gzip" }, "no gzip", "BW_PROXY_TRANSFORM_FAILED"],
    ["what is too large", types, JSON.stringify("x".repeat(3000)), "BW_UPSTREAM_TOO_LARGE"],
    [
      "what becomes too large",
      { ...types, "content-encoding": "gzip" },
      gzipSync(JSON.stringify("x".repeat(30_000))),
      "BW_UPSTREAM_TOO_LARGE",
    ],
  ])("answers 502 to %s", async (...[_what, headers, body, code]) => {
    await using server = await startServer((response) => void response.writeHead(200, headers).end(body));
    await using app = await startProxy(yamlFor(server, `max_body: 2KB, ${keys}`));

    const response = await app.fetch("/a");

    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code });
  });

  it("leaves alone what is no JSON, and passes it as it comes", async () => {
    await using server = await startServer((response) => {
      response.writeHead(200, { "content-type": "text/csv", etag: '"abc"' }).end("id\n1\n");
    });
    await using app = await startProxy(yamlFor(server, keys));

    const response = await app.fetch("/a");

    expect([await response.text(), response.headers.get("etag")]).toEqual(["id\n1\n", '"abc"']);
  });

  it("asks the upstream for the whole in a coding it knows", async () => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server, keys));

    await app.fetch("/a", { headers: { range: "bytes=0-1", "accept-encoding": "zstd", "if-range": '"a"' } });
    const { headers } = firstOf(server);

    expect(headers["accept-encoding"]).toBe("gzip, deflate, br");
    expect([headers.range, headers["if-range"]]).toEqual([undefined, undefined]);
  });

  it("is not waited for when the client leaves", async () => {
    let asked = 0;
    await using server = await startServer((response) => {
      asked += 1;
      response.writeHead(200, types).write('{"id":');
    });
    await using app = await startProxy(yamlFor(server, `${keys}, timeouts: { idle: false }`));

    await leave(`${app.url}/a`, server, () => asked === 1);

    expect(asked).toBe(1);
  });

  it("says nothing of the length to HEAD, and passes 304", async () => {
    await using server = await startServer((response, { method, headers }) => {
      if (headers["if-none-match"] !== undefined) response.writeHead(304, { etag: '"abc"' }).end();
      else if (method === "HEAD") response.writeHead(200, { ...types, "content-length": 500 }).end();
      else sendJson(response, 200, { id: 1 });
    });
    await using app = await startProxy(yamlFor(server, keys));

    const [head, same] = [
      await app.fetch("/a", { method: "HEAD" }),
      await app.fetch("/a", { headers: { "if-none-match": 'W/"abc"' } }),
    ];

    expect([head.status, head.headers.get("content-length")]).toEqual([200, null]);
    expect(same.status).toBe(304);
  });

  it("leaves to HEAD the length of what it does not change", async () => {
    await using server = await startServer((response) => response.writeHead(200, { "content-length": 5 }).end());
    await using app = await startProxy(yamlFor(server, keys));

    const response = await app.fetch("/a", { method: "HEAD" });

    expect(response.headers.get("content-length")).toBe("5");
  });
});

describe("a map of a request", () => {
  it("changes the body and its length", async () => {
    await using server = await startServer();
    const keys = "transform_request: { body: { map: { user_id: id, 'owner.name': 'owner.full_name' } } }";
    await using app = await startProxy(yamlFor(server, keys));

    await app.fetch("/a", { method: "POST", headers: types, body: '{"user_id":1,"owner":{"name":"Ada"}}' });
    await app.fetch("/a", { method: "POST", headers: { "content-type": "text/plain" }, body: "user_id" });
    await app.fetch("/a");

    expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual({ id: 1, owner: { full_name: "Ada" } });
    expect(server.seen[0]?.headers["content-length"]).toBe(String(server.seen[0]?.body.length));
    expect(server.seen[1]?.body).toBe("user_id");
    expect(server.seen[2]).toMatchObject({ method: "GET", body: "" });
  });

  it("takes a compressed body apart", async () => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server, "transform_request: { body: { map: { a: b } } }"));

    await app.fetch("/a", {
      method: "POST",
      headers: { ...types, "content-encoding": "gzip" },
      body: gzipSync('{"a":1}'),
    });

    expect(server.seen[0]).toMatchObject({ body: '{"b":1}' });
    expect(server.seen[0]?.headers["content-encoding"]).toBeUndefined();
  });

  it("refuses a body that is larger than it may read", async () => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server, "max_body: 10, transform_request: { body: { map: { a: b } } }"));

    const response = await app.fetch("/a", { method: "POST", headers: types, body: '{"a":"0123456789"}' });

    expect(response.status).toBe(413);
    expect(server.seen).toEqual([]);
  });
});

describe("a function of the user", () => {
  const response = "transform: { response: { handler: ./reshape.mjs } }";
  const request = "transform: { request: { handler: ./reshape.mjs } }";

  it("reshapes an answer with what it knows of the request", async () => {
    await using server = await startServer((answer) => sendJson(answer, 201, { id: 1 }, { "x-old": "1" }));
    const code = `export default async (response, request) => ({
      status: response.status + 1,
      headers: { ...response.headers, "x-new": request.query.q, "x-old": undefined },
      body: { data: response.body, method: request.method },
    });`;
    await using app = await startProxy(yamlFor(server, response), { files: { "reshape.mjs": code } });

    const answer = await app.fetch("/a?q=7");

    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ data: { id: 1 }, method: "GET" });
    expect([answer.headers.get("x-new"), answer.headers.get("x-old")]).toEqual(["7", null]);
    expect(answer.headers.get("content-type")).toBe("application/json");
  });

  it("gets headers that are called like members of every object", async () => {
    await using server = await startServer((answer) => sendJson(answer, 200, {}, { constructor: "a", tostring: "b" }));
    const code = "export default ({ headers }) => ({ body: [headers.constructor, headers.tostring] });";
    await using app = await startProxy(yamlFor(server, response), { files: { "reshape.mjs": code } });

    const answer = await app.fetch("/a");

    expect(await answer.json()).toEqual(["a", "b"]);
    expect(answer.headers.get("constructor")).toBe("a");
  });

  it.each([
    ["changes in place", "(r) => { r.body.id += 1; }", 200, '{"id":2}', "application/json"],
    ["a text", '(r) => ({ headers: {}, body: "plain" })', 200, "plain", "text/plain; charset=utf-8"],
    ["bytes", "(r) => ({ headers: {}, body: new Uint8Array([104, 105]) })", 200, "hi", "application/octet-stream"],
    ["null for no body", "(r) => ({ body: null })", 200, "", "application/json"],
    [
      "a list of values of one header",
      '(r) => ({ headers: { "set-cookie": ["a=1", "b=2"] }, body: 1 })',
      200,
      "1",
      "application/json",
    ],
  ])("may give back %s", async (...[_what, code, status, text, type]) => {
    await using server = await startServer((answer) => sendJson(answer, 200, { id: 1 }));
    await using app = await startProxy(yamlFor(server, response), {
      files: { "reshape.mjs": `export default ${code}` },
    });

    const answer = await app.fetch("/a");

    expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([status, text, type]);
  });

  it.each([
    ["throws", "() => { throw new Error('secret detail') }"],
    ["rejects", "async () => { throw 5 }"],
    ["gives a text alone", '() => "text"'],
    ["gives a status that is none", "(r) => ({ status: 99 })"],
    ["gives headers that are none", '(r) => ({ headers: "x" })'],
    ["gives a header with no name", '(r) => ({ headers: { "a b": "1" } })'],
    ["gives a header of two lines", '(r) => ({ headers: { x: "a\\r\\nb: c" } })'],
    ["gives a header that is a thing", "(r) => ({ headers: { x: {} } })"],
    ["gives a header of the connection", '(r) => ({ headers: { "Transfer-Encoding": "chunked" } })'],
    ["gives a number that JSON does not have", "(r) => ({ body: { id: 1n } })"],
    ["gives a circle", "(r) => { r.body.self = r.body; }"],
    ["gives a function", "(r) => ({ body: () => 1 })"],
    ["gives a promise", "(r) => ({ body: Promise.resolve(1) })"],
    ["gives a stream", "async (r) => ({ body: new Response('x').body })"],
  ])("that %s is a 502 that tells nothing of it", async (_what, code) => {
    const lines: string[] = [];
    await using server = await startServer((answer) => sendJson(answer, 200, { id: 1 }));
    await using app = await startProxy(yamlFor(server, response), {
      files: { "reshape.mjs": `export default ${code}` },
      logger: createRecordingLogger(lines),
    });

    const answer = await app.fetch("/a");
    const body = await answer.text();

    expect(answer.status).toBe(502);
    expect(JSON.parse(body)).toMatchObject({ code: "BW_PROXY_TRANSFORM_FAILED" });
    expect(body).not.toContain("secret detail");
    expect(lines.join("\n")).toContain("reshape.mjs");
  });

  it("that takes too long is a 502", async () => {
    await using server = await startServer((answer) => sendJson(answer, 200, { id: 1 }));
    const code = "export default () => new Promise(() => {});";
    const keys = "transform: { response: { handler: reshape.mjs, timeout: 2s } }";
    await using app = await startProxy(yamlFor(server, keys), { files: { "reshape.mjs": code } });
    const statuses: number[] = [];
    app
      .fetch("/a")
      .then(({ status }) => statuses.push(status))
      .catch(() => {});

    await until(app, () => statuses.length > 0, 50);

    expect(statuses).toEqual([502]);
  });

  it("changes a request: its path, headers and body", async () => {
    await using server = await startServer();
    const code = `export default (request) => ({
      path: "/v2" + request.path + "&more=1",
      headers: { ...request.headers, "x-new": "1", "x-gone": undefined },
      body: { wrapped: request.body },
    });`;
    await using app = await startProxy(yamlFor(server, request), { files: { "reshape.mjs": code } });

    await app.fetch("/a?q=1", { method: "POST", headers: { ...types, "x-gone": "1" }, body: '{"a":1}' });
    const { url, headers, body } = firstOf(server);

    expect([url, body]).toEqual(["/v2/a?q=1&more=1", '{"wrapped":{"a":1}}']);
    expect([headers["x-new"], headers["x-gone"], headers["content-length"]]).toEqual(["1", undefined, "19"]);
  });

  it.each([
    ["leaves the path", '(r) => ({ path: "/../admin" })'],
    ["gives no path", '(r) => ({ path: "a b" })'],
    ["throws", "() => { throw new Error() }"],
    ["gives a header of two lines", '(r) => ({ headers: { x: "a\\r\\nb: c" } })'],
    ["gives a header of the connection", '(r) => ({ headers: { "content-length": "1" } })'],
    ["gives what has no JSON form", "(r) => ({ body: 1n })"],
  ])("of a request that %s is refused before anything is sent", async (_what, code) => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server, request), {
      files: { "reshape.mjs": `export default ${code}` },
    });

    const answer = await app.fetch("/a");

    expect([400, 502]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({
      code: expect.stringMatching(/^BW_(?:PROXY_TRANSFORM_FAILED|REQUEST_PATH)$/),
    });
    expect(server.seen).toEqual([]);
  });

  it.each([
    ["is no module", "export default (", "BW_PROXY_CODE_INVALID"],
    ["has no default export", "export const a = 1;", "BW_PROXY_CODE_INVALID"],
  ])("in a file that %s is a mistake of the configuration", async (_what, code, expected) => {
    await using server = await startServer();

    await expect(startProxy(yamlFor(server, response), { files: { "reshape.mjs": code } })).rejects.toMatchObject({
      errors: [{ code: expected, where: { line: 6 } }],
    });
  });
});
