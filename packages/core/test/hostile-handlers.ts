// JavaScript that harms whatever runs it, by mistake or not, with what a call of it may come to.

/** What a call of it may come to: a status, or `reset` for a connection that ends too early. */
export type Outcome = number | "reset";

export interface Hostile {
  /** Body of `async (request, context) => {…}`. */
  readonly code: string;
  readonly worker: readonly Outcome[];
  /** Left out where the same code of ours takes care of it as in a thread. */
  readonly process?: readonly Outcome[];
  /** Whether what it did to its own thread or process stays until something ends that. */
  readonly stays?: true;
  /** Whether it needs its time: to fill memory, say. */
  readonly slow?: true;
}

const failed = [500] as const;
const wrong = [502] as const;
const late = [504] as const;
const ended = [502] as const;
const fine = [200] as const;
/** Whether status and headers had gone by then. */
const broken = [500, "reset"] as const;

function both(code: string, outcomes: readonly Outcome[]): Hostile {
  return { code, worker: outcomes, process: outcomes };
}

function told(code: string, outcomes: readonly Outcome[]): Hostile {
  return { code, worker: outcomes };
}

function eats(code: string): Hostile {
  return { code, worker: [500, 502, 504], process: [500, 502, 504], slow: true };
}

export const hostileHandlers: Readonly<Record<string, Hostile>> = {
  "a loop without end": both("for (;;);", late),
  "a promise without end": both("return new Promise(() => {});", late),
  "microtasks without end": both("for (;;) await null;", late),
  "ticks without end": both("const next = () => process.nextTick(next); next(); return new Promise(() => {});", late),
  "immediates without end": both("const next = () => setImmediate(next); next(); return new Promise(() => {});", late),
  "a regular expression without end": both("return /^(a+)+$/.test('a'.repeat(40) + '!');", late),
  "waiting for memory that nobody writes": both("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);", late),
  "a signal that is ignored": both(
    "await new Promise(() => context.signal.addEventListener('abort', () => {}));",
    late,
  ),
  "deep recursion": both("const f = () => f() + 1; return f();", failed),
  "objects without end": eats("const all = []; for (;;) all.push({ a: Math.random(), b: 'x' + all.length });"),
  "numbers without end": eats("const all = []; for (;;) all.push(1.5);"),
  "large arrays without end": eats("const all = []; for (;;) all.push(new Array(1e6).fill(1.1));"),
  "a map without end": eats("const all = new Map(); for (let i = 0; ; i += 1) all.set(i, i);"),
  "texts without end": eats("const all = []; for (;;) all.push(Buffer.alloc(1e6, 97).toString('latin1'));"),
  "buffers without end": eats("const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));"),
  "array buffers without end": eats("const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1));"),
  "shared memory without end": eats(
    "const all = []; for (;;) all.push(new Uint8Array(new SharedArrayBuffer(1e6)).fill(1));",
  ),
  "memory between waits": eats(
    "const all = []; for (;;) { all.push(Buffer.alloc(1e7, 1)); await new Promise((r) => setTimeout(r, 1)); }",
  ),
  "exit code 0": told("process.exit(0);", ended),
  "exit code 7": both("process.exit(7);", ended),
  "exit later": both("setTimeout(() => process.exit(1), 5); return new Promise(() => {});", ended),
  abort: { code: "process.abort();", worker: failed, process: ended },
  "SIGKILL to itself": {
    code: "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});",
    worker: failed,
    process: ended,
  },
  "SIGSTOP to itself": {
    code: "process.kill(process.pid, 'SIGSTOP'); return new Promise(() => {});",
    worker: failed,
    process: late,
  },
  "SIGKILL to its group": {
    code: "process.kill(0, 'SIGKILL'); await new Promise(() => {});",
    worker: failed,
    process: ended,
  },
  "a rejection nobody sees": both("Promise.reject(new Error('lost')); return new Promise(() => {});", failed),
  "a throw in a timer": both(
    "setTimeout(() => { throw new Error('late'); }, 1); return new Promise(() => {});",
    failed,
  ),
  "a throw in a tick": told(
    "process.nextTick(() => { throw new Error('tick'); }); return new Promise(() => {});",
    failed,
  ),
  "a throw in a microtask": both("queueMicrotask(() => { throw 'micro'; }); return new Promise(() => {});", failed),
  "an event nobody hears": told("new (require('node:events'))().emit('error', new Error('e'));", failed),
  "throwing null": told("throw null;", failed),
  "throwing undefined": told("throw undefined;", failed),
  "throwing a number": told("throw 42;", failed),
  "throwing a symbol": told("throw Symbol('s');", failed),
  "throwing a function": told("throw () => {};", failed),
  "throwing a proxy": told(
    "throw new Proxy({}, { get() { throw new Error('get'); }, has() { throw 1; }, ownKeys() { throw 2; } });",
    failed,
  ),
  "throwing a revoked proxy": told("const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;", failed),
  "throwing what is its own cause": told("const e = new Error('e'); e.cause = e; throw e;", failed),
  "throwing what has no stack": told(
    "const e = new Error('e'); Object.defineProperty(e, 'stack', { get() { throw e; } }); throw e;",
    failed,
  ),
  "throwing a long message": both("throw new Error('x'.repeat(5e6));", failed),
  "rejecting with nothing": told("return Promise.reject();", failed),
  "a thenable that throws": told("return { then() { throw new Error('then'); } };", failed),
  "a thenable without end": both("return { then() {} };", late),
  "answering with a function": told("return () => {};", wrong),
  "answering with a symbol": told("return Symbol('s');", wrong),
  "answering with a bigint": told("return { n: 1n };", wrong),
  "answering with a circle": told("const a = {}; a.a = a; return a;", wrong),
  "a toJSON that throws": told("return { toJSON() { throw null; } };", wrong),
  "a getter that throws": told("return { status: 200, get body() { throw new Error('no'); } };", failed),
  "a proxy as answer": told("return new Proxy({}, { ownKeys() { throw new Error('no'); } });", failed),
  "status 99": told("return { status: 99 };", wrong),
  "status 600": told("return { status: 600, body: 'x' };", wrong),
  "status NaN": told("return { status: NaN };", wrong),
  "a million headers": both(
    "return { headers: Object.fromEntries(Array.from({ length: 1e6 }, (_, i) => ['h' + i, 'x'])) };",
    wrong,
  ),
  "a megabyte in a header": told("return { headers: { a: 'x'.repeat(1e6) } };", wrong),
  "a line end in a header": both(String.raw`return { headers: { a: 'x\r\nset-cookie: y' } };`, wrong),
  "a space in a header's name": told("return { headers: { 'a b': 'x' } };", wrong),
  "an object as header": told("return { headers: { a: {} } };", wrong),
  "headers that are a list": told("return { headers: ['a'] , body: 'x' };", [200, 502]),
  "a body that is a promise": told("return { body: Promise.resolve(1) };", [200, 502]),
  "a prototype that answers": both(
    "Object.prototype.status = 404; Object.prototype.then = undefined; return { a: 1 };",
    [200, 500, 502],
  ),
  "no more JSON": { ...both("JSON.stringify = () => { throw 1; }; return { a: 1 };", [500, 502, 504]), stays: true },
  "no more push": { ...both("Array.prototype.push = null; return 'x';", [200, 500, 502, 504]), stays: true },
  "no more promises": {
    ...both("Promise.prototype.then = () => { throw 1; }; return 'x';", [200, 500, 502, 504]),
    stays: true,
  },
  "no more timers": both(
    "globalThis.setImmediate = globalThis.setTimeout = undefined; return new Promise(() => {});",
    [500, 502, 504],
  ),
  "nobody listens": both("process.removeAllListeners(); throw new Error('x');", failed),
  "closing standard output": {
    code: "require('node:fs').closeSync(1); return new Promise(() => {});",
    worker: failed,
    process: [502, 504],
  },
  "closing standard input": {
    code: "require('node:fs').closeSync(0); return new Promise(() => {});",
    worker: failed,
    process: [502, 504],
  },
  "ending standard output": both("process.stdout.end(); process.stdout.destroy(); return 'x';", [200, 500, 502]),
  "printing without end": both("for (;;) console.log('x'.repeat(10_000));", [502, 504]),
  "a long line to print": both("process.stdout.write('x'.repeat(1e7)); return 'x';", fine),
  "a stream that fails": both("return { body: (async function* () { yield 'a'; throw new Error('no'); })() };", broken),
  "a stream of objects": both("return { body: (async function* () { yield {}; })() };", [502]),
  "a stream of nothing": both("return { body: (async function* () {})() };", fine),
  "processes that stay": both(
    "require('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' }); return 'x';",
    fine,
  ),
  "closing its port": {
    code: "require('node:worker_threads').parentPort.close(); return new Promise(() => {});",
    worker: [502, 504],
    process: failed,
  },
  "writing to its port": {
    code: "const { parentPort: p } = require('node:worker_threads'); for (const m of [5, null, [null], [5], [{}], [{ id: 'x' }], [{ id: 99 }], [{ ask: 1 }], [{ log: 1 }], [{ failed: 1 }], [{ pong: 1 }]]) p.postMessage(m); return 'x';",
    worker: fine,
    process: failed,
  },
  "another thread without end": both(
    "new (require('node:worker_threads').Worker)('for (;;);', { eval: true }); process.exit(3);",
    [502, 504],
  ),
};
