// What monitoring costs without HTTP: nanoseconds per recorded request, the median of rounds, and how long a scrape of ten
// thousand lines keeps the event loop from other work.
// Run: node src/micro/monitoring.js
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { median } from "../median.js";
import { loadSource } from "./load-source.js";

const source = path.resolve(import.meta.dirname, "../../../packages/plugin-monitoring/src");
const calls = 1_000_000;
const rounds = 15;

const { RequestRecorder, SeriesBudget, writeExposition } = await loadSource(
  source,
  ["request-recorder.ts", "families/budget.ts", "exposition.ts"],
  [/^@backworks\//],
);

const cases = {
  "one route, always 200": exchanges(1, [200]),
  "fifty routes in turn, four statuses": exchanges(50, [200, 201, 404, 500]),
  "five hundred routes in turn": exchanges(500, [200]),
};
for (const [name, requests] of Object.entries(cases)) {
  const recorder = new RequestRecorder(new SeriesBudget(10_000));
  const times = [];
  for (let round = 0; round < rounds; round += 1) times.push(measure(recorder, requests));
  console.log(`${name.padEnd(40)} ${median(times).toFixed(0).padStart(6)} ns`);
}

const full = new RequestRecorder(new SeriesBudget(10_000));
for (const { exchange, outcome } of exchanges(588, [200])) full.record(exchange, outcome);
for (const format of ["text", "openmetrics"]) {
  const scrapes = [];
  for (let round = 0; round < rounds; round += 1) scrapes.push(await measureScrape(full.durations, format));
  const worst = Math.max(...scrapes.slice(2).map(({ blockedMs }) => blockedMs));
  console.log(
    `scrape of ${scrapes[0].lines} lines, ${format}`.padEnd(40),
    `${median(scrapes.map(({ tookMs }) => tookMs)).toFixed(1)} ms, the loop stood still ${worst.toFixed(1)} ms at most`,
  );
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
      exchange: { route, request: { method: "GET" }, startedAt: 1_767_225_600_000, trace },
      outcome: { status, bytes: 10, durationMs: 0.3 * (1 + (index % 90)), aborted: false },
    })),
  );
}

function measure(recorder, requests) {
  const { length } = requests;
  const began = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) {
    const { exchange, outcome } = requests[call % length];
    recorder.record(exchange, outcome);
  }
  return Number(process.hrtime.bigint() - began) / calls;
}

async function measureScrape(family, format) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 10));
  delay.reset();
  const began = performance.now();
  const text = await writeExposition([family], format);
  const tookMs = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { tookMs, blockedMs: delay.max / 1e6, lines: text.split("\n").length };
}
