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
  "a response of another library for fetch": {
    code: "return { [Symbol.toStringTag]: 'Response', status: 202, url: '', headers: new Headers({ 'x-a': '1', 'content-type': 'text/x' }), body: require('node:stream').Readable.from(['x']) }",
    status: 202,
    type: "text/x",
    body: "x",
  },
  "a blob": { code: "return new Blob(['a,b'], { type: 'text/csv' })", type: "text/csv", body: "a,b" },
  "a blob with status and type": {
    code: "return { status: 201, headers: { 'content-type': 'text/x' }, body: new Blob(['a'], { type: 'text/csv' }) }",
    status: 201,
    type: "text/x",
    body: "a",
  },
  "a file": {
    code: "return new (require('node:buffer').File)(['x'], 'a.txt', { type: 'text/plain' })",
    type: "text/plain",
    body: "x",
  },
  "a form": {
    code: "return new URLSearchParams({ a: '1', b: '&' })",
    type: "application/x-www-form-urlencoded;charset=UTF-8",
    body: "a=1&b=%26",
  },
  "any typed array": {
    code: "return { body: new Uint16Array([1, 0x4241, 2]).subarray(1, 2) }",
    type: "application/octet-stream",
    body: "AB",
  },
  "a view of bytes": {
    code: "return new DataView(Buffer.from('ABC').buffer.slice(0, 0))",
    type: "application/octet-stream",
    body: "",
  },
  "shared memory": {
    code: "const a = new SharedArrayBuffer(1); new Uint8Array(a)[0] = 65; return a",
    type: "application/octet-stream",
    body: "A",
  },
  "a stream of buffers": {
    code: "return (async function* () { yield new Uint8Array([65]).buffer; yield new DataView(new ArrayBuffer(0)); yield 'B' })()",
    type: null,
    body: "AB",
  },
  "a stream of the web": { code: "return new Blob(['xy']).stream()", type: null, body: "xy" },
  "a date": { code: "return new Date(0)", type: json, body: '"1970-01-01T00:00:00.000Z"' },
  "an object of a class": {
    code: "return new (class User { name = 'Ada'; #secret = 1; greet() {} })()",
    type: json,
    body: '{"name":"Ada"}',
  },
  "headers as a Map": {
    code: "return { headers: new Map([['content-type', 'text/x']]), body: 'x' }",
    type: "text/x",
    body: "x",
  },
  "headers as pairs": {
    code: "return { headers: [['content-type', 'text/x'], ['x-a', 1]], body: 'x' }",
    type: "text/x",
    body: "x",
  },
  "res.type of an ending": {
    code: "context.type('html').send('<p>')",
    type: "text/html; charset=utf-8",
    body: "<p>",
  },
  "res.writeHead": {
    code: "context.writeHead(201, 'Made', { 'Content-Type': 'text/x' }).end('x')",
    status: 201,
    type: "text/x",
    body: "x",
  },
  "res.send of a blob": { code: "context.send(new Blob(['x'], { type: 'text/x' }))", type: "text/x", body: "x" },
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

/** What no answer can be made of, with what the log says of it. */
const refused: Readonly<Record<string, readonly [code: string, problem: RegExp]>> = {
  "a Map": ["return new Map([['a', 1]])", /kind Map.*Object\.fromEntries/],
  "a Set in an answer": ["return { status: 200, body: { tags: new Set() } }", /tags of the answer is of the kind Set/],
  "a promise nobody awaited": ["return { user: Promise.resolve(1) }", /user of the answer.*await it/],
  "an error": ["return new Error('no')", /kind Error.*throw it/],
  "a Request": ["return new Request('http://a/')", /kind Request/],
  Headers: ["return new Headers()", /kind Headers/],
  "a function": ["return () => 1", /no JSON form: it is a function/],
  "a symbol": ["return Symbol('x')", /no JSON form: it is a symbol/],
  "a BigInt": ["return { n: 1n }", /no JSON form: .*BigInt/],
  "headers of a wrong kind": ["return { headers: [1], body: 'x' }", /something else than \[name, value\]/],
  "res.json of a Map": ["context.json(new Map())", /kind Map/],
  "an iterator of numbers": ["return new Set([1]).values()", /stream has a number in it/],
  "a stream that fails at once": ["return require('node:fs').createReadStream('/nowhere')", /ENOENT/],
  "a generator that throws at once": ["return (async function* () { throw new Error('broken') })()", /broken/],
};

describe.each(["inline", "worker", "process"])("in isolation %s", (isolation) => {
  let app: StartedApp;

  beforeAll(async () => {
    const branches = Object.entries(refused).map(
      ([name, [code]]) => `${JSON.stringify(name)}: async (context) => { ${code} }`,
    );
    const handler = `module.exports = (request, context) => ({ ${branches.join(",\n")} })[request.query.case](context);`;
    const yaml = { name: "refused", endpoints: { all: { path: "/", runtime: { isolation, handler: "./all.cjs" } } } };
    app = await startApp({ yaml: JSON.stringify(yaml), files: { "all.cjs": handler }, development: true });
  });

  afterAll(() => app.close());

  it.each(Object.keys(refused))("%s is told to be no answer", async (name) => {
    const response = await app.fetch(`/?case=${encodeURIComponent(name)}`);

    expect([500, 502]).toContain(response.status);
    expect(await response.json()).toMatchObject({
      code: expect.stringMatching(/^BW_RUNTIME_(?:ANSWER|FAILED)$/),
      detail: expect.stringMatching(refused[name]![1]),
    });
  });
});

describe("a stream of events", () => {
  it("hears at once that nobody listens any more, and what runs it goes on", async () => {
    const handler = `
      const clients = new Set();
      module.exports = ({ query }) => {
        if (query.count) return { clients: clients.size, thread: require("node:worker_threads").threadId };
        let own;
        return {
          headers: { "content-type": "text/event-stream" },
          body: new ReadableStream({
            start(controller) { clients.add((own = controller)); controller.enqueue("data: hello\\n\\n"); },
            cancel() { clients.delete(own); },
          }),
        };
      };`;
    await using app = await startApp({
      yaml: JSON.stringify({ name: "events", endpoints: { one: { path: "/", runtime: "./h.cjs" } } }),
      files: { "h.cjs": handler },
    });
    const count = async (): Promise<unknown> => (await app.fetch("/?count=1")).json();

    const leaving = new AbortController();
    const stream = await app.fetch("/", { signal: leaving.signal });
    await stream.body!.getReader().read();
    const before = (await count()) as { thread: number };
    leaving.abort();
    while (((await count()) as { clients: number }).clients > 0) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(before).toMatchObject({ clients: 1 });
    expect(await count()).toEqual({ clients: 0, thread: before.thread });
  });
});

describe("an answer", () => {
  it("has a form with files as fetch sends it", async () => {
    const code = `const form = new FormData(); form.set("a", "1"); form.set("b", new Blob(["x"], { type: "text/x" }), "b.x"); return form;`;
    await using app = await startApp({
      yaml: JSON.stringify({ name: "form", endpoints: { one: { path: "/", runtime: "./h.cjs" } } }),
      files: { "h.cjs": `module.exports = () => { ${code} };` },
    });

    const form = await (await app.fetch("/")).formData();

    expect([form.get("a"), await (form.get("b") as File).text()]).toEqual(["1", "x"]);
  });

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
