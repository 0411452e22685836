import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startApp } from "../../server/start-app.ts";
import type { StartedApp } from "../../server/start-app.ts";

interface Case {
  /** What the handler does. */
  readonly code: string;
  readonly status?: number;
  readonly type?: string | null;
  readonly body?: string;
}

const json = "application/json";
const text = "text/plain; charset=utf-8";

const cases: Readonly<Record<string, Case>> = {
  "an object": { code: "return { a: 1 }", type: json, body: '{"a":1}' },
  "a list": { code: "return [1, 2]", type: json, body: "[1,2]" },
  "a number": { code: "return 7", type: json, body: "7" },
  "a boolean": { code: "return false", type: json, body: "false" },
  "a text": { code: "return 'hi'", type: text, body: "hi" },
  bytes: { code: "return Buffer.from('AB')", type: "application/octet-stream", body: "AB" },
  "an array buffer": { code: "return new Uint8Array([65]).buffer", type: "application/octet-stream", body: "A" },
  nothing: { code: "", status: 204, type: null, body: "" },
  null: { code: "return null", status: 204, type: null, body: "" },
  "status and body": { code: "return { status: 201, body: { id: 1 } }", status: 201, type: json, body: '{"id":1}' },
  "a status alone": { code: "return { status: 202 }", status: 202, type: null, body: "" },
  "a status that is data": { code: "return { status: 'active' }", type: json, body: '{"status":"active"}' },
  "status among other keys": { code: "return { status: 500, id: 1 }", type: json, body: '{"status":500,"id":1}' },
  "a type of its own": {
    code: "return { headers: { 'Content-Type': 'text/csv' }, body: 'a,b' }",
    type: "text/csv",
    body: "a,b",
  },
  "a promise": { code: "return Promise.resolve({ later: true })", type: json, body: '{"later":true}' },
  "a generator": { code: "return (function* () { yield 'a'; yield 'b'; })()", type: null, body: "ab" },
  "a stream": {
    code: "return { headers: { 'content-type': 'text/plain' }, body: require('node:stream').Readable.from(['x', 'y']) }",
    type: "text/plain",
    body: "xy",
  },
  "a response of fetch": {
    code: "return new Response('made', { status: 203, headers: { 'content-type': 'text/x' } })",
    status: 203,
    type: "text/x",
    body: "made",
  },
  "a response of fetch without what framed it": {
    code: "return new Response('made', { headers: { 'transfer-encoding': 'chunked', connection: 'x' } })",
    type: "text/plain;charset=UTF-8",
    body: "made",
  },
  "an answer of AWS Lambda": {
    code: "return { statusCode: 201, isBase64Encoded: true, headers: { 'content-type': 'text/x' }, body: 'QUI=' }",
    status: 201,
    type: "text/x",
    body: "AB",
  },
  "isBase64Encoded among data": {
    code: "return { isBase64Encoded: true, body: 'QUI=' }",
    type: json,
    body: '{"isBase64Encoded":true,"body":"QUI="}',
  },
  "res.status().json()": {
    code: "context.status(418).json({ tea: true })",
    status: 418,
    type: json,
    body: '{"tea":true}',
  },
  "res.send of a text": { code: "context.type('text/html').send('<p>')", type: "text/html", body: "<p>" },
  "res.end after parts": { code: "context.write('a'); context.end('b')", type: "application/octet-stream", body: "ab" },
  "res.redirect": { code: "context.redirect('/there')", status: 302, type: null, body: "" },
  "res.sendStatus": { code: "context.sendStatus(410)", status: 410, type: null, body: "" },
  "a status set and nothing said": { code: "context.status(205)", status: 205, type: null, body: "" },
};

describe.each(["inline", "worker", "process"])("an answer in isolation %s", (isolation) => {
  let app: StartedApp;

  beforeAll(async () => {
    const branches = Object.entries(cases).map(
      ([name, { code }]) => `${JSON.stringify(name)}: async () => { ${code} }`,
    );
    const handler = `module.exports = (request, context) => ({ ${branches.map((branch) => branch.replace("async ()", "async (context)")).join(",\n")} })[request.query.case](context);`;
    const yaml = { name: "answers", endpoints: { all: { path: "/", runtime: { isolation, handler: "./all.cjs" } } } };
    app = await startApp({ yaml: JSON.stringify(yaml), files: { "all.cjs": handler } });
  });

  afterAll(() => app.close());

  it.each(Object.keys(cases))("may be %s", async (name) => {
    const { status = 200, type, body } = cases[name]!;

    const response = await app.fetch(`/?case=${encodeURIComponent(name)}`);

    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe(type);
    expect(await response.text()).toBe(body);
  });
});

describe("an answer", () => {
  it("keeps each cookie of its Headers", async () => {
    const headers = "new Headers([['set-cookie', 'a=1; Path=/'], ['x-b', '2'], ['set-cookie', 'c=3']])";
    await using app = await startApp({
      yaml: JSON.stringify({ name: "cookies", endpoints: { one: { path: "/", runtime: "./h.cjs" } } }),
      files: { "h.cjs": `module.exports = () => ({ headers: ${headers}, body: "x" });` },
    });

    const response = await app.fetch("/");

    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "c=3"]);
    expect(response.headers.get("x-b")).toBe("2");
  });

  it("has the headers of each form of AWS Lambda", async () => {
    const answer =
      "{ statusCode: 200, headers: { a: '1' }, multiValueHeaders: { B: ['2', '3'] }, cookies: ['c=4', 'd=5'] }";
    await using app = await startApp({
      yaml: JSON.stringify({ name: "lambda", endpoints: { one: { path: "/", runtime: "./h.cjs" } } }),
      files: { "h.cjs": `module.exports = () => (${answer});` },
    });

    const { headers } = await app.fetch("/");

    expect([headers.get("a"), headers.get("b"), headers.getSetCookie()]).toEqual(["1", "2, 3", ["c=4", "d=5"]]);
  });

  it("may be what fetch got, whose coding is undone by then", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "x-a": "1" }).end(gzipSync("hello"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using app = await startApp({
      yaml: JSON.stringify({ name: "fetch", endpoints: { one: { path: "/", runtime: "./h.cjs" } } }),
      files: { "h.cjs": `module.exports = () => fetch("http://127.0.0.1:${port}/");` },
    });

    const response = await app.fetch("/");
    const text = await response.text();
    server.close();
    server.closeAllConnections();

    expect([text, response.headers.get("x-a"), response.headers.get("content-encoding")]).toEqual(["hello", "1", null]);
  });
});

describe("a request", () => {
  it("has what the client sent, in both styles of naming it", async () => {
    const handler = `
      module.exports = (request) => ({
        long: [request.method, request.path_params.id, request.query_params.q, request.headers["x-a"], request.body],
        short: [request.params.id, request.query.q, request.get("X-A")],
        path: [request.path == "/items/7", request.path.id, request.path.endsWith("7"), \`at \${request.path}\`],
        url: request.url, ip: request.ip, id: request.id,
      });`;
    const endpoint = { path: "/items/{id:int}", methods: ["POST"], runtime: "./echo.cjs" };
    await using app = await startApp({
      yaml: JSON.stringify({ name: "echo", endpoints: { echo: endpoint } }),
      files: { "echo.cjs": handler },
    });

    const response = await app.fetch("/items/7?q=a&q=b", {
      method: "POST",
      headers: { "content-type": "application/json", "x-a": "1", "x-request-id": "req-1" },
      body: '{"n":1}',
    });

    expect(await response.json()).toEqual({
      long: ["POST", 7, ["a", "b"], "1", { n: 1 }],
      short: [7, ["a", "b"], "1"],
      path: [true, 7, true, "at /items/7"],
      url: "/items/7?q=a&q=b",
      ip: "127.0.0.1",
      id: "req-1",
    });
  });

  it("has its body as bytes where the endpoint asks for them", async () => {
    const runtime = { handler: "./bytes.cjs", body: "bytes" };
    await using app = await startApp({
      yaml: JSON.stringify({ name: "bytes", endpoints: { bytes: { path: "/", methods: ["POST"], runtime } } }),
      files: {
        "bytes.cjs":
          "module.exports = ({ body }) => ({ bytes: body instanceof Uint8Array, text: Buffer.from(body).toString() });",
      },
    });

    const response = await app.fetch("/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a": 1}',
    });

    expect(await response.json()).toEqual({ bytes: true, text: '{"a": 1}' });
  });

  it("is refused before the handler when its body is not what it says", async () => {
    await using app = await startApp({
      yaml: JSON.stringify({ name: "json", endpoints: { json: { path: "/", methods: ["POST"], runtime: "./h.cjs" } } }),
      files: { "h.cjs": "module.exports = () => 'reached';" },
    });

    const response = await app.fetch("/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });

    expect(response.status).toBe(400);
  });
});

describe("a handler", () => {
  const forms: Readonly<Record<string, { readonly file: string; readonly source: string }>> = {
    "a module's default export": { file: "h.mjs", source: "export default () => 'x';" },
    "a module's handler": { file: "h.mjs", source: "export function handler() { return 'x'; }" },
    "module.exports": { file: "h.cjs", source: "module.exports = () => 'x';" },
    "exports.handler": { file: "h.cjs", source: "exports.handler = () => 'x';" },
    "a script's function handler": { file: "h.js", source: "function handler(req, res) { res.send('x'); }" },
    "a module in a .js file": { file: "h.js", source: "export default () => 'x';" },
    "a handler that answers later": {
      file: "h.cjs",
      source: "module.exports = (req, res) => { setImmediate(() => res.send('x')); };",
    },
  };

  it.each(Object.keys(forms))("may be %s", async (name) => {
    const { file, source } = forms[name]!;
    await using app = await startApp({
      yaml: JSON.stringify({ name: "forms", endpoints: { one: { path: "/", runtime: `./${file}` } } }),
      files: {
        [file]: source,
        "package.json": { type: file === "h.js" && source.startsWith("export") ? "module" : "commonjs" },
      },
    });

    expect(await (await app.fetch("/")).text()).toBe("x");
  });

  it.each(["worker", "inline", "process"])("may stand in the configuration, in isolation %s", async (isolation) => {
    const yaml = `
name: inline
endpoints:
  module:
    path: /module
    runtime:
      isolation: ${isolation}
      handler: |
        import { createHash } from "node:crypto";
        import { sum } from "./sum.mjs";
        export default () => ({ sum: sum(1, 2), hash: createHash("md5").update("").digest("hex").length });
  script:
    path: /script
    runtime:
      isolation: ${isolation}
      handler: |
        function handler(request) { return \`$\${request.method}\`; }
`;
    await using app = await startApp({ yaml, files: { "sum.mjs": "export const sum = (a, b) => a + b;" } });

    expect(await (await app.fetch("/module")).json()).toEqual({ sum: 3, hash: 32 });
    expect(await (await app.fetch("/script")).text()).toBe("GET");
  });

  it("has the environment of its options and of no other", async () => {
    const runtime = { handler: "./env.cjs", environment: { MODE: "prod", LEVEL: 3 } };
    await using app = await startApp({
      yaml: JSON.stringify({ name: "env", endpoints: { env: { path: "/", runtime } } }),
      files: {
        "env.cjs":
          "module.exports = (request, context) => ({ env: context.env, secret: process.env.SECRET, mode: process.env.MODE, path: process.env.PATH.length > 0 });",
      },
      env: { SECRET: "s" },
    });

    expect(await (await app.fetch("/")).json()).toEqual({
      env: { MODE: "prod", LEVEL: "3" },
      mode: "prod",
      path: true,
    });
  });

  it("remembers in context.state, which outlives what runs it", async () => {
    const handler =
      "module.exports = async (request, { state }) => { if (request.query.end) process.exit(1); await state.set('last', { at: 1 }); return [await state.increment('n'), await state.increment('n', 2), await state.get('last'), await state.get('none'), await state.keys(), await state.delete('last')]; };";
    await using app = await startApp({
      yaml: JSON.stringify({ name: "state", endpoints: { state: { path: "/", runtime: "./state.cjs" } } }),
      files: { "state.cjs": handler },
    });

    const first: unknown = await (await app.fetch("/")).json();
    const end = await app.fetch("/?end=1");
    const second: unknown = await (await app.fetch("/")).json();

    expect(first).toEqual([1, 3, { at: 1 }, null, ["last", "n"], true]);
    expect(end.status).toBe(502);
    expect((second as unknown[]).slice(0, 2)).toEqual([4, 6]);
  });
});
