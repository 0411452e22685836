import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "../../clock.ts";
import { startApp } from "../../server/start-app.ts";
import type { StartedApp } from "../../server/start-app.ts";

/** Programs of the project's own that speak lines, in JavaScript, as a person would write them; some badly. */
interface Program {
  readonly code: string;
  readonly statuses: readonly number[];
  /** Whether the connection may end instead. */
  readonly breaks?: boolean;
}

const programs: Readonly<Record<string, Program>> = {
  well: {
    code: "answer({ id, status: 201, headers: { 'x-a': ['1', '2'] }, body: { got: request.path_params.id } })",
    statuses: [201],
  },
  bytes: { code: "answer({ id, status: 200, body_base64: Buffer.from('AB').toString('base64') })", statuses: [200] },
  stream: {
    code: "answer({ id, status: 200, stream: true }); for (let i = 0; i < 100; i += 1) answer({ id, chunk: 'x'.repeat(1000) }); answer({ id, end: true })",
    statuses: [200],
  },
  never: { code: "", statuses: [504] },
  dies: { code: "process.exit(9)", statuses: [502] },
  "answers and ends": { code: "answer({ id, status: 200, body: 'x' }); process.exit(0)", statuses: [200] },
  "ends what it never began": { code: "answer({ id, end: true })", statuses: [502] },
  kills: { code: "process.kill(process.pid, 'SIGKILL')", statuses: [502] },
  stops: { code: "process.kill(process.pid, 'SIGSTOP')", statuses: [504] },
  spins: { code: "for (;;);", statuses: [504] },
  garbage: {
    code: "process.stdout.write('hello\\n{]\\n[1]\\n5\\nnull\\n\\xff\\xfe\\n\\n'); answer({ id, status: 200, body: 'x' })",
    statuses: [200],
  },
  "only garbage": {
    code: "for (let i = 0; i < 2000; i += 1) process.stdout.write('nonsense\\n')",
    statuses: [502, 504],
  },
  "other ids": {
    code: "answer({ id: 999, status: 200 }); answer({ id: 'x', status: 200 }); answer({ id, status: 200, body: 'x' })",
    statuses: [200],
  },
  twice: {
    code: "answer({ id, status: 200, body: 'first' }); answer({ id, status: 500, body: 'second' })",
    statuses: [200],
  },
  "no status": { code: "answer({ id, body: 'x' })", statuses: [502] },
  "a wrong status": { code: "answer({ id, status: 'ok' })", statuses: [502] },
  "wrong headers": { code: "answer({ id, status: 200, headers: [1] })", statuses: [502] },
  "a header that splits": { code: "answer({ id, status: 200, headers: { a: 'b\\r\\nc: d' } })", statuses: [502] },
  "an error": { code: "answer({ id, error: { message: 'no', stack: 'at x' } })", statuses: [500] },
  "an error without words": { code: "answer({ id, error: null })", statuses: [500] },
  "closes its output": { code: "require('node:fs').closeSync(1)", statuses: [502, 504] },
  "closes its input": { code: "process.stdin.destroy()", statuses: [502, 504] },
  "a stream that runs ahead": {
    code: "answer({ id, status: 200, stream: true }); for (let i = 0; i < 300; i += 1) answer({ id, chunk: 'x'.repeat(60000) }); answer({ id, end: true })",
    statuses: [200, 500],
    breaks: true,
  },
  "a stream of numbers": {
    code: "answer({ id, status: 200, stream: true }); answer({ id, chunk: 5 })",
    statuses: [200, 502],
    breaks: true,
  },
  "asks for what it may not": {
    code: "answer({ ask: 1, id, service: 'apis', args: ['stripe', {}] }); answer({ ask: 2, id, service: 'state', args: ['fly'] }); answer({ id, status: 200 })",
    statuses: [200],
  },
};

const program = `
const { createInterface } = require("node:readline");
const answer = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, request } = JSON.parse(line);
  if (request === undefined) return;
  if (request.query_params.again) return answer({ id, status: 200, body: "here" });
  run(id, request, answer);
});
const run = (id, request, answer) => { CODE };
`;

describe("a program that speaks lines", () => {
  it.each(Object.keys(programs))(
    "is answered for when it: %s",
    async (name) => {
      const { code, statuses, breaks = false } = programs[name]!;
      const expectsTime = statuses.includes(504);
      const runtime = { language: "mine", handler: "./h.cjs", timeout: expectsTime ? "300ms" : 10 };
      const config = {
        name: "t",
        runtimes: { mine: { command: `${process.execPath} --no-warnings {handler}` } },
        endpoints: { one: { path: "/{id}", runtime } },
      };
      await using app = await startApp({
        yaml: JSON.stringify(config),
        files: { "h.cjs": program.replace("CODE", () => code) },
        clock: systemClock,
        scheduler: systemScheduler,
      });
      await warmUp(app);

      const response = await app.fetch("/7").catch(() => undefined);
      await response?.arrayBuffer().catch(() => {});

      // What breaks off an answer may do so before its head has left.
      expect(response === undefined ? breaks : statuses.includes(response.status)).toBe(true);
    },
    30_000,
  );
});

/** A program takes its time to start. */
async function warmUp(app: StartedApp): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) if ((await app.fetch("/7?again=1")).status === 200) return;
}

describe("a Python handler", () => {
  let app: StartedApp;
  interface PythonCase {
    readonly code: string;
    readonly status: number;
    readonly body?: string;
    readonly type?: string;
  }
  const handlers: Readonly<Record<string, PythonCase>> = {
    object: {
      code: 'return {"id": request.path.id, "path": request.path, "q": request.query.get("q")}',
      status: 200,
      body: '{"id": "7", "path": "/object/7", "q": "1"}',
    },
    text: { code: 'return "hi"', status: 200, body: "hi" },
    bytes: { code: 'return b"AB"', status: 200, body: "AB" },
    nothing: { code: "return None", status: 204, body: "" },
    envelope: { code: 'return {"status": 201, "headers": {"X-A": "1"}, "body": [1]}', status: 201, body: "[1]" },
    pair: { code: 'return 202, {"ok": True}', status: 202, body: '{"ok": true}' },
    generator: { code: 'return {"body": (part for part in ["a", "b"])}', status: 200, body: "ab" },
    "async-generator": {
      code: "async def parts():\n        yield 'a'\n        yield b'b'\n    return {'status': 201, 'body': parts()}",
      status: 201,
      body: "ab",
    },
    "generator-of-numbers": { code: 'return {"body": (n for n in [10**12, 2])}', status: 502 },
    "generator-that-raises": { code: 'return {"body": (1 // n for n in [0])}', status: 500 },
    "header-of-bytes": {
      code: 'return {"headers": {b"Content-Type": b"text/x"}, "body": "x"}',
      status: 200,
      body: "x",
      type: "text/x",
    },
    "is-a-generator": { code: 'yield "a"\n    yield b"b"', status: 200, body: "ab" },
    "no-header": { code: 'return {"headers": {"x-a": None}, "body": "x"}', status: 200, body: "x" },
    awaitable: {
      code: "import asyncio\n    async def later():\n        await asyncio.sleep(0.001)\n        return 'later'\n    return later()",
      status: 200,
      body: "later",
    },
    lambda: { code: 'return {"statusCode": 201, "headers": {}, "body": "x"}', status: 201, body: "x" },
    "bytes-in-json": { code: 'return {"a": b"x"}', status: 502 },
    "reads-its-input": {
      code: "import subprocess, sys\n    return [sys.stdin.read(), subprocess.run(['cat'], capture_output=True, text=True).stdout]",
      status: 200,
      body: '["", ""]',
    },
    "writes-to-its-output": {
      code: "import os, subprocess, sys\n    os.write(1, b'noise')\n    sys.__stdout__.write('noise')\n    subprocess.run(['printf', 'noise'])\n    return 'quiet'",
      status: 200,
      body: "quiet",
    },
    "logs-anything": {
      code: "a = []\n    a.append(a)\n    context.log.info('x', o=object(), n=float('nan'), b=b'x', a=a)\n    return 'logged'",
      status: 200,
      body: "logged",
    },
    date: {
      code: "import datetime; return datetime.date(2026, 1, 2) and {'d': datetime.date(2026, 1, 2)}",
      status: 200,
      body: '{"d": "2026-01-02"}',
    },
    state: {
      code: 'context.state.set("a", {"b": 1}); return [context.state.increment("n"), context.state.get("a"), context.state.get("z", 5)]',
      status: 200,
      body: '[1, {"b": 1}, 5]',
    },
    env: {
      code: "import os; return [context.env.MODE, os.environ.get('SECRET')]",
      status: 200,
      body: '["prod", null]',
    },
    prints: { code: "print('x' * 100); return 'printed'", status: 200, body: "printed" },
    raises: { code: "raise ValueError('no')", status: 500 },
    exits: { code: "import sys; sys.exit(3)", status: 500 },
    recursion: { code: "f = lambda: f(); f()", status: 500 },
    unknown: { code: "return object()", status: 502 },
    status: { code: "return {'status': 42}", status: 502 },
    nan: { code: "return float('nan')", status: 502 },
    dies: { code: "import os; os._exit(1)", status: 502 },
    stopped: { code: "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", status: 502 },
    fork: {
      code: "import os\n    if os.fork() == 0:\n        import time; time.sleep(600)\n    return 'forked'",
      status: 200,
      body: "forked",
    },
    closes: { code: "import os; os.close(1); os.close(2); return 'closed'", status: 200, body: "closed" },
  };

  beforeAll(async () => {
    const endpoints = Object.fromEntries(
      Object.keys(handlers).map((name) => [
        name,
        { path: `/${name}/{id}`, runtime: { handler: `./${name}.py`, environment: { MODE: "prod" } } },
      ]),
    );
    const files = Object.fromEntries(
      Object.entries(handlers).map(([name, { code }]) => [
        `${name}.py`,
        `def handler(request, context):\n    ${code}\n`,
      ]),
    );
    app = await startApp({
      yaml: JSON.stringify({ name: "py", endpoints }),
      files,
      env: { SECRET: "s" },
      clock: systemClock,
      scheduler: systemScheduler,
    });
  }, 60_000);

  afterAll(() => app.close());

  it.each(Object.keys(handlers))("answers for: %s", async (name) => {
    const { status, body, type } = handlers[name]!;

    const response = await app.fetch(`/${name}/7?q=1`);

    const text = await response.text();
    expect(response.status).toBe(status);
    expect(body === undefined ? undefined : text).toBe(body);
    expect(type === undefined ? undefined : response.headers.get("content-type")).toBe(type);
  });

  it("may be async, and others are answered while one waits", async () => {
    const code =
      "import asyncio\nasync def handler(request):\n    await asyncio.sleep(float(request.query.get('s', 0)))\n    return {'slept': request.query.get('s')}\n";
    await using own = await startApp({
      yaml: JSON.stringify({ name: "py", endpoints: { one: { path: "/", runtime: "./a.py" } } }),
      files: { "a.py": code },
    });

    const slow = own.fetch("/?s=0.3");
    const quick = await (await own.fetch("/?s=0")).text();

    expect(quick).toBe('{"slept": "0"}');
    expect(await (await slow).text()).toBe('{"slept": "0.3"}');
  });

  it("that does not end is answered for in time", async () => {
    await using own = await startApp({
      yaml: JSON.stringify({
        name: "py",
        endpoints: { one: { path: "/", runtime: { handler: "./l.py", timeout: "300ms" } } },
      }),
      files: { "l.py": "def handler(request):\n    while not request.query.get('again'): pass\n    return 'here'\n" },
      clock: systemClock,
      scheduler: systemScheduler,
    });

    expect((await own.fetch("/")).status).toBe(504);
  });
});

describe("a shell script", () => {
  const scripts: Readonly<
    Record<string, { readonly code: string; readonly statuses: readonly number[]; readonly body?: string }>
  > = {
    text: {
      code: 'echo "$REQUEST_METHOD $REQUEST_PARAM_ID $REQUEST_QUERY_Q $REQUEST_HEADER_X_A"',
      statuses: [200],
      body: "GET 7 1 b\n",
    },
    json: { code: `echo '{"status": 201, "body": {"a": 1}}'`, statuses: [201], body: '{"a":1}' },
    stdin: { code: `sed 's/.*"method":"\\([A-Z]*\\)".*/\\1/'`, statuses: [200], body: "GET\n" },
    nothing: { code: "true", statuses: [204], body: "" },
    bytes: { code: "printf '\\377\\376'", statuses: [200] },
    fails: { code: "echo broken >&2; exit 3", statuses: [502] },
    "is not found": { code: "no-such-program", statuses: [502] },
    "kills itself": { code: "kill -9 $$", statuses: [502] },
    "stops itself": { code: "kill -STOP $$", statuses: [504] },
    sleeps: { code: "sleep 600", statuses: [504] },
    spins: { code: "while :; do :; done", statuses: [504] },
    "leaves a child": { code: "sleep 600 & echo left", statuses: [200], body: "left\n" },
    "leaves a child that it lost sight of": { code: "setsid sleep 2 & echo left", statuses: [200], body: "left\n" },
    "writes without end": { code: "yes", statuses: [502, 504] },
    "closes its output": { code: "exec 1>&- 2>&-; exit 0", statuses: [204] },
    "a wrong status": { code: `echo '{"status": 99}'`, statuses: [502] },
    "a variable of the client": { code: 'echo "$PATH" | grep -c evil', statuses: [502] },
  };

  it.each(Object.keys(scripts))(
    "is answered for when it: %s",
    async (name) => {
      const { code, statuses, body } = scripts[name]!;
      const timeout = statuses.includes(504) ? "300ms" : 10;
      const runtime = { language: "shell", handler: `${code}\n`, timeout };
      await using app = await startApp({
        yaml: JSON.stringify({ name: "sh", endpoints: { one: { path: "/{id}", runtime } } }),
        clock: systemClock,
        scheduler: systemScheduler,
      });

      const response = await app.fetch("/7?q=1&PATH=evil", { headers: { "x-a": "b", path: "evil" } });

      const text = await response.text();
      expect(statuses).toContain(response.status);
      expect(body === undefined ? undefined : text).toBe(body);
    },
    30_000,
  );
});
