// What a call of a handler costs, without HTTP: the same handler in each isolation, called by the engine of runtime mode.
import { setMaxListeners } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Piscina } from "piscina";
import { rolldown } from "rolldown";
import { median } from "../median.js";

const source = path.join(import.meta.dirname, "../../../packages/core/src/modes/runtime");
const javascript = "export default async (request) => ({ hello: request.params.id });";
const python = 'def handler(request):\n    return {"hello": request.params.id}\n';
const atATime = 16;

/** What is compared: options of the endpoint, and how many calls a round has at most. */
const levels = [
  { label: "inline", options: { isolation: "inline" }, most: 20_000 },
  { label: "worker", options: { isolation: "worker" }, most: 20_000 },
  { label: "wasm", options: { isolation: "wasm" }, most: 2000 },
  { label: "process", options: { isolation: "process" }, most: 5000 },
  { label: "python", options: { handler: "./handler.py" }, most: 2000 },
  { label: "shell", options: { language: "shell", handler: "echo hello" }, most: 100 },
];

export async function runtime({ rounds, seconds }) {
  const folder = mkdtempSync(path.join(tmpdir(), "backworks-bench-"));
  try {
    const engine = await loadEngine(folder);
    const callers = await openCallers(folder, engine);
    const rows = await measure(callers, { rounds, share: seconds === 0 ? 0.01 : 1 });
    for (const { close } of callers) await close?.();
    return [{ title: "a call of a handler", kind: "calls", rows }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The engine as it is published: bundled from its source, the guests beside it. */
async function loadEngine(folder) {
  const bundle = await rolldown({
    input: { "chunks/engine": path.join(source, "engine.ts"), guest: path.join(source, "guest/main.ts") },
    platform: "node",
  });
  await bundle.write({ dir: folder, entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" });
  writeFileSync(path.join(folder, "guest.py"), readFileSync(path.join(source, "guest/guest.py")));
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  const { createEngine } = await import(pathToFileURL(path.join(folder, "chunks/engine.js")).href);
  return createEngine(context);
}

async function openCallers(folder, engine) {
  const project = path.join(folder, "project");
  mkdirSync(path.join(project, "node_modules"), { recursive: true });
  const installed = createRequire(import.meta.url).resolve("quickjs-emscripten/package.json");
  symlinkSync(path.dirname(installed), path.join(project, "node_modules/quickjs-emscripten"));
  writeFileSync(path.join(project, "handler.mjs"), javascript);
  writeFileSync(path.join(project, "handler.py"), python);
  const { default: handler } = await import(pathToFileURL(path.join(project, "handler.mjs")).href);
  const pool = new Piscina({
    filename: path.join(project, "handler.mjs"),
    maxThreads: 1,
    concurrentTasksPerWorker: atATime,
  });
  const callers = [
    { label: "in-process", most: 200_000, call: () => handler({ params: { id: "1" } }) },
    { label: "piscina", most: 20_000, call: () => pool.run({ params: { id: "1" } }), close: () => pool.destroy() },
  ];
  for (const { label, options, most } of levels) {
    const endpoint = endpointOf(label, { handler: "./handler.mjs", ...options }, project);
    const { handler: answer, ready } = engine.open(endpoint, {}, context);
    await ready;
    callers.push({ label, most, call: () => answer(exchange), close: () => engine.end(endpoint) });
  }
  callers.push({ label: "", most: 0, close: () => engine.close() });
  return callers;
}

/** `share`: of the calls that a round has at most. */
async function measure(callers, { rounds, share }) {
  const real = callers.filter(({ most }) => most > 0);
  const seen = new Map(real.map(({ label }) => [label, { serial: [], over: [], perSecond: [] }]));
  for (let round = 0; round <= rounds; round += 1) {
    const times = new Map();
    for (const { label, most, call } of real) {
      const calls = Math.max(atATime, most * share);
      const serial = await time(call, calls, 1);
      const together = await time(call, calls, atATime);
      times.set(label, { serial, together });
    }
    // The first round only warms up.
    if (round > 0)
      for (const [label, { serial, together }] of times)
        keep(seen.get(label), { serial, together, floor: times.get("in-process").serial });
  }
  return [...seen].map(([label, { serial, over, perSecond }]) => ({
    label,
    serialMicros: median(serial),
    overMicros: median(over),
    bestOverMicros: Math.min(...over),
    perSecond: median(perSecond),
  }));
}

function keep(seen, { serial, together, floor }) {
  seen.serial.push(serial);
  seen.over.push(serial - floor);
  seen.perSecond.push(1e6 / together);
}

/** Microseconds per call. */
async function time(call, most, width) {
  let left = most;
  const began = performance.now();
  const work = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: width }, work));
  return ((performance.now() - began) * 1000) / most;
}

const scheduler = {
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, task) {
    const timer = setInterval(task, intervalMs).unref();
    return () => clearInterval(timer);
  },
};
const logger = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => logger };
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const context = { clock, scheduler, logger, random: Math.random, service: () => undefined };

const headers = { host: "127.0.0.1", accept: "*/*", "user-agent": "bench" };
const request = {
  method: "GET",
  url: "/hello/1",
  path: "/hello/1",
  params: { id: "1" },
  query: {},
  headers,
  ip: "127.0.0.1",
  received: undefined,
};
const exchange = { id: "1", request, signal: new AbortController().signal };

// One client for all calls, which never leaves.
setMaxListeners(0, exchange.signal);

function endpointOf(name, runtimeOptions, root) {
  const preset = {
    timeout: 5,
    memory_limit: "256MB",
    workers: 1,
    concurrency: atATime,
    queue: 100,
    body: "parsed",
    environment: {},
    apis: [],
    databases: [],
  };
  const place = () => ({ source: { file: "backworks.yaml", text: "" }, line: 1, column: 1, length: 1 });
  const files = {
    root,
    resolve: (file) => path.resolve(root, file),
    readText: (file) => readFileSync(path.resolve(root, file), "utf8"),
    readBytes: (file) => readFileSync(path.resolve(root, file)),
  };
  return { name, identity: name, values: { runtime: { ...preset, ...runtimeOptions } }, files, place, keyPlace: place };
}
