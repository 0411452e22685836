// What monitoring costs without HTTP: nanoseconds per recorded request, the median of rounds, and how long a scrape of ten
// thousand lines takes and keeps the event loop from other work.
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { deserialize, serialize } from "node:v8";
import { median } from "../median.js";
import { loadSource } from "./load-source.js";

const packages = path.resolve(import.meta.dirname, "../../../packages");
const calls = 1_000_000;
const rounds = 15;

const loadPlugin = () =>
  loadSource(
    path.join(packages, "plugin-monitoring/src"),
    ["request-recorder.ts", "families/budget.ts", "families/numbers.ts", "exposition.ts", "together/tables.ts"],
    [/^@backworks\//],
  );

/** Rows of `nanoseconds`. */
export async function measureRecording() {
  const { RequestRecorder, SeriesBudget } = await loadPlugin();
  const cases = {
    "one route, always 200": exchanges(1, [200]),
    "fifty routes in turn, four statuses": exchanges(50, [200, 201, 404, 500]),
    "five hundred routes in turn": exchanges(500, [200]),
  };
  return Object.entries(cases).map(([label, requests]) => {
    const recorder = new RequestRecorder(new SeriesBudget(10_000));
    const times = Array.from({ length: rounds }, () => timeOf(recorder, requests));
    return { label, nanoseconds: median(times) };
  });
}

/** Rows of `scrape`: of one process, and what each of two workers and the primary do for one. */
export async function measureScrapes() {
  const { RequestRecorder, SeriesBudget, Numbers, writeExposition, toTable, toRows } = await loadPlugin();
  const { addTotals } = await loadSource(path.join(packages, "core/src"), ["server/workers/topic-totals.ts"]);
  const recorder = new RequestRecorder(new SeriesBudget(10_000));
  for (const { exchange, outcome } of exchanges(588, [200])) recorder.record(exchange, outcome);
  const counter = new Numbers({
    name: "wide_total",
    help: "Wide.",
    type: "counter",
    labelNames: ["route", "method"],
    budget: new SeriesBudget(10_000),
  });
  for (let n = 0; n < 10_000; n += 1) counter.add(counter.bind({ route: `/r/${n}/items`, method: "GET" }), n);
  const families = { "588 histograms": recorder.durations, "10,000 counters": counter };
  const rows = [await measure("nothing: what else the machine does", () => {})];
  for (const [label, family] of Object.entries(families)) {
    const say = () => serialize({ all: toTable(family.rows()) });
    const [one, other] = [say(), say()];
    const add = () => serialize(addTotals([deserialize(one), deserialize(other)]));
    const sum = add();
    const together = () => {
      const gathered = toRows(deserialize(sum).all);
      return writeExposition([{ ...aboutOf(family), rows: () => gathered }], "text");
    };
    rows.push(
      await measure(`${label}, Prometheus text`, () => writeExposition([family], "text")),
      await measure(`${label}, OpenMetrics`, () => writeExposition([family], "openmetrics")),
      await measure(`${label}, a worker tells the primary`, say),
      await measure(`${label}, the primary adds two workers`, add),
      await measure(`${label}, a worker writes what all have`, together),
    );
  }
  return rows;
}

function aboutOf(family) {
  const { name, help, type } = family;
  return { name, help, type, write: (row, format) => family.write(row, format) };
}

function exchanges(routes, statuses) {
  const infos = Array.from({ length: routes }, (_, index) => ({
    id: `e${index}`,
    endpoint: `e${index}`,
    method: "GET",
    pattern: `/r/${index}/{id}`,
    mode: "mock",
  }));
  const trace = { traceId: "0".repeat(32), spanId: "0".repeat(16), sampled: false };
  return infos.flatMap((route, index) =>
    statuses.map((status) => ({
      exchange: { route, request: { method: "GET", headers: {} }, startedAt: 1_767_225_600_000, trace },
      outcome: { status, bytes: 10, durationMs: 0.3 * (1 + (index % 90)), aborted: false },
    })),
  );
}

function timeOf(recorder, requests) {
  const { length } = requests;
  const began = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) {
    const { exchange, outcome } = requests[call % length];
    recorder.record(exchange, outcome);
  }
  return Number(process.hrtime.bigint() - began) / calls;
}

async function measure(label, act) {
  const samples = [];
  for (let round = 0; round < rounds; round += 1) samples.push(await sample(act));
  // The first ones compile.
  const warm = samples.slice(2);
  return {
    label,
    tookMs: median(warm.map(({ tookMs }) => tookMs)),
    blockedMs: median(warm.map(({ blockedMs }) => blockedMs)),
    worstMs: Math.max(...warm.map(({ blockedMs }) => blockedMs)),
  };
}

async function sample(act) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 10));
  delay.reset();
  // The first tick only begins to measure.
  await new Promise((resolve) => setTimeout(resolve, 3));
  const began = performance.now();
  await act();
  const tookMs = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { tookMs, blockedMs: delay.max / 1e6 };
}
