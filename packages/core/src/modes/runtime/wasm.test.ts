import { mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "../../clock.ts";
import { startApp } from "../../server/start-app.ts";
import type { StartedApp } from "../../server/start-app.ts";

/** Of a handler in the sandbox: its code and what it comes to. */
const cases: Readonly<
  Record<string, { readonly code: string; readonly statuses: readonly number[]; readonly body?: string }>
> = {
  "an object": {
    code: "return { id: request.params.id, path: String(request.path), also: request.path.id }",
    statuses: [200],
    body: '{"id":"7","path":"/7","also":"7"}',
  },
  "a text": { code: "return 'x'", statuses: [200], body: "x" },
  "an answer": { code: "return { status: 201, headers: { 'x-a': '1' }, body: [1] }", statuses: [201], body: "[1]" },
  bytes: { code: "return { status: 203, body: new Uint8Array([65, 66]) }", statuses: [203], body: "AB" },
  nothing: { code: "", statuses: [204], body: "" },
  "a redirect": { code: "context.redirect('/there')", statuses: [302], body: "" },
  "a status alone": { code: "context.status(205)", statuses: [205], body: "" },
  "headers in the manner of Express": {
    code: "context.set({ 'X-A': 1 }).append('x-a', 2).write('a'); context.write(context.get('x-a').join()); return void context.end('b')",
    statuses: [200],
    body: "a1,2b",
  },
  "the context itself": { code: "return context.status(202)", statuses: [202], body: "" },
  "an answer of AWS Lambda": {
    code: "return { statusCode: 201, body: 'x', isBase64Encoded: false }",
    statuses: [201],
    body: "x",
  },
  "logs of anything": {
    code: "const a = {}; a.a = a; context.log.info('x', a); context.log.info(a); console.log(a, 1n); return 'x'",
    statuses: [200],
    body: "x",
  },
  "res.writeHead and type": {
    code: "return context.writeHead(201, { 'X-A': '1' }).type('html').set('x-b', context.get('content-type')).end('x')",
    statuses: [201],
    body: "x",
  },
  "an object of a class": { code: "return new (class { a = 1; #b = 2 })()", statuses: [200], body: '{"a":1}' },
  "a date": { code: "return { at: new Date(0), none: {} }", statuses: [200] },
  "a Map": { code: "return { users: new Map([[1, 2]]) }", statuses: [502] },
  "a promise nobody awaited": { code: "return { user: Promise.resolve(1) }", statuses: [502] },
  "an error": { code: "return new Error('no')", statuses: [502] },
  "res.json of a Set": { code: "context.json(new Set([1]))", statuses: [502] },
  "a BigInt": { code: "return { n: 1n }", statuses: [502] },
  "any typed array": { code: "return new Uint16Array([0x4241])", statuses: [200], body: "AB" },
  "res.json": { code: "context.status(202).json({ ok: true })", statuses: [202], body: '{"ok":true}' },
  state: {
    code: "await context.state.set('a', [1]); return [await context.state.increment('n'), await context.state.get('a')]",
    statuses: [200],
    body: "[1,[1]]",
  },
  environment: { code: "return context.env", statuses: [200], body: '{"MODE":"x"}' },
  "nothing of Node": {
    code: "return [typeof process, typeof require, typeof fetch, typeof setTimeout, typeof WebAssembly]",
    statuses: [200],
    body: '["undefined","undefined","undefined","undefined","undefined"]',
  },
  "no way out through constructors": {
    code: "return typeof (async () => {}).constructor('return this')().process",
    statuses: [200],
    body: "undefined",
  },
  "no module of Node": { code: "await import('node:fs')", statuses: [500] },
  "no file outside": { code: "await import('/etc/passwd')", statuses: [500] },
  "a throw": { code: "throw new Error('no')", statuses: [500] },
  "throwing null": { code: "throw null", statuses: [500] },
  "a lost rejection": { code: "Promise.reject(1); return 'x'", statuses: [200], body: "x" },
  "a function": { code: "return () => 1", statuses: [502] },
  "a circle": { code: "const a = {}; a.a = a; return a", statuses: [502] },
  "a wrong status": { code: "return { status: 42 }", statuses: [502] },
  "a stream": { code: "return { body: (async function* () {})() }", statuses: [502] },
  recursion: { code: "const f = () => f() + 1; return f()", statuses: [500] },
  "a loop without end": { code: "for (;;);", statuses: [504] },
  "microtasks without end": { code: "for (;;) await null;", statuses: [504] },
  "a promise without end": { code: "return new Promise(() => {})", statuses: [504] },
  "a regular expression without end": { code: "return /^(a+)+$/.test('a'.repeat(40) + '!')", statuses: [504] },
  "memory without end": { code: "const all = []; for (;;) all.push('x' + all.length)", statuses: [500, 502, 504] },
  "bytes without end": { code: "const all = []; for (;;) all.push(new Uint8Array(1e6))", statuses: [500, 502, 504] },
  "prototypes that are gone": {
    code: "Array.prototype.map = Promise.prototype.then = null; return 'x'",
    statuses: [200, 500, 504],
  },
  "printing without end": { code: "for (;;) console.log('x')", statuses: [502, 504] },
};

describe("a handler in isolation wasm", () => {
  const names = Object.keys(cases);
  let app: StartedApp;

  beforeAll(async () => {
    const endpoint = (code: string, index: number): object => {
      const late = cases[names[index]!]!.statuses.includes(504);
      const handler = `export default async (request, context) => { if (request.query.again) return "here"; ${code} };`;
      return {
        path: `/${index}/{id}`.replace(`/${index}/`, `/c${index}/`),
        runtime: {
          isolation: "wasm",
          handler,
          timeout: late ? "500ms" : 10,
          memory_limit: "32MB",
          environment: { MODE: "x" },
        },
      };
    };
    const endpoints = Object.fromEntries(names.map((name, index) => [`c${index}`, endpoint(cases[name]!.code, index)]));
    app = await startSandboxed({ name: "wasm", endpoints });
  }, 60_000);

  afterAll(() => app.close());

  it.each(names)(
    "comes to: %s",
    async (name) => {
      const { statuses, body } = cases[name]!;
      const path = `/c${names.indexOf(name)}/7`;

      const response = await app.fetch(path);

      const text = await response.text();
      expect(statuses).toContain(response.status);
      expect(body === undefined ? undefined : text).toBe(body?.replace("/7", path));
    },
    20_000,
  );
});

describe("a module in isolation wasm", () => {
  it("imports modules of the project", async () => {
    const runtime = { isolation: "wasm", handler: "./h.mjs" };
    await using app = await startSandboxed(
      { name: "wasm", endpoints: { one: { path: "/", runtime } } },
      {
        "h.mjs": "import { sum } from './lib/sum.mjs'; export default () => sum(1, 2);",
        "lib/sum.mjs": "export const sum = (a, b) => a + b;",
      },
    );

    expect(await (await app.fetch("/")).text()).toBe("3");
  });
});

describe("a handler in isolation wasm may be", () => {
  it.each([
    ["a module's handler", "h.mjs", "export const handler = () => 'x';"],
    ["a module that waits", "h.mjs", "const x = await Promise.resolve('x'); export default () => x;"],
    ["module.exports", "h.cjs", "module.exports = () => 'x';"],
    ["exports.handler", "h.cjs", "exports.handler = () => 'x';"],
    ["a script's function handler", "h.cjs", "function handler(req, res) { res.send('x'); }"],
  ])("%s", async (_what, file, source) => {
    const runtime = { isolation: "wasm", handler: `./${file}` };
    await using app = await startSandboxed(
      { name: "wasm", endpoints: { one: { path: "/", runtime } } },
      { [file]: source },
    );

    expect(await (await app.fetch("/")).text()).toBe("x");
  });
});

/** A project that has the sandbox installed. */
async function startSandboxed(config: object, files: Record<string, string> = {}): Promise<StartedApp> {
  const app = await startApp({
    yaml: JSON.stringify({ ...config, endpoints: {} }),
    files,
    clock: systemClock,
    scheduler: systemScheduler,
  });
  const installed = dirname(createRequire(import.meta.url).resolve("quickjs-emscripten/package.json"));
  mkdirSync(join(app.folder, "node_modules"));
  symlinkSync(installed, join(app.folder, "node_modules/quickjs-emscripten"));
  app.write("backworks.yaml", JSON.stringify(config));
  try {
    await app.reload();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
