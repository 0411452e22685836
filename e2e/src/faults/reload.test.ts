import { describe, expect } from "@jest/globals";
import type { Workspace } from "../workspace.ts";
import { createWorkspace } from "../workspace.ts";
import { fault } from "./fault.ts";
import { startLoad } from "./load.ts";
import type { LoadPlan } from "./load.ts";
import { startProbed } from "./probed.ts";
import type { ProbedServer } from "./probed.ts";
import type { Report } from "./report.ts";

/** Marks the answers of every other configuration, those that enable it. */
const stamp = `export default {
  name: "stamp",
  version: "1.0.0",
  description: "Marks answers",
  apiVersion: "^1.0.0",
  initialize: () => ({ afterResponse: (exchange) => exchange.response.headers.set("x-stamp", "yes") }),
};
`;

interface Scale {
  readonly endpoints: number;
  readonly reloads: number;
  /** Milliseconds of load without reloads, before and for comparison. */
  readonly steadyMs: number;
  /** Whether times and memory are compared with the bar: not on a machine that does other things. */
  readonly measured: boolean;
}

/** Which configuration an endpoint last changed in, as of the one of this number; 0 when it never did. */
type LastChange = (endpoint: number, number: number) => number;

/** Makes configurations that change as `lastChange` says. The plugin is enabled in every other, and a header names each. */
function createConfigurations(endpoints: number, lastChange: LastChange): (number: number) => string {
  // One address sends all the load, from the processor that the server runs on.
  const head = "name: big\nmode: mock\nrate_limit: false\nserver: { overload: false }\n";
  // The clients are in this process: they should not wait for texts that are as they were.
  const written = Array.from({ length: endpoints }, () => ({ changed: -1, text: "" }));
  return (number) => {
    const stamp = `plugins: { stamp: { enabled: ${hasStamp(number)}, module_path: ./stamp.mjs } }`;
    const texts = written.map((last, index) => {
      const changed = lastChange(index, number);
      if (changed !== last.changed) written[index] = { changed, text: endpointText(index, changed) };
      return written[index]?.text;
    });
    return `${head}global_headers: { x-number: "${number}" }\n${stamp}\nendpoints:\n${texts.join("")}`;
  };
}

function endpointText(index: number, changed: number): string {
  const body = `{ id: "{{path.id}}", index: ${index}, changed: ${changed} }`;
  return `  e${index}:\n    path: /r${index}/{id}\n    mock: { body: ${body} }\n`;
}

function hasStamp(number: number): boolean {
  return number % 2 === 0;
}

/** Ways to be wrong, one after another: in one place, in all, in the text, in a plugin. */
const mistakes: readonly ((text: string) => string)[] = [
  (text) => text.slice(0, text.lastIndexOf("mock:")) + text.slice(text.lastIndexOf("mock:")).replace("mock", "mok"),
  (text) => text.replaceAll("mock: {", "mok: {"),
  (text) => `${text}  broken: { path: /broken, mock: { body: "open } }\n`,
  (text) => text.replace(/enabled: \w+, module_path: \.\/stamp\.mjs/, "enabled: true, module_path: ./broken.mjs"),
];

/** Says what is wrong with an answer: it must be that of one configuration, and none that is older than the last on its connection. */
function checkWith(lastChange: LastChange): NonNullable<LoadPlan["check"]> {
  return ({ status, headers, text }, memory) => {
    if (status !== 200) return `status ${status}: ${text.slice(0, 200)}`;
    const number = Number(headers.get("x-number"));
    const { index, changed } = JSON.parse(text) as { index: number; changed: number };
    if (changed !== lastChange(index, number)) return `${changed} in the body of ${index}, ${number} beside it`;
    if (headers.has("x-stamp") !== hasStamp(number)) return `the plugin of another configuration than ${number}`;
    const before = memory.get("number") ?? 0;
    memory.set("number", number);
    return number < before ? `${number} after ${before} on one connection` : undefined;
  };
}

/** One endpoint after another changes. */
const byOne =
  (endpoints: number): LastChange =>
  (endpoint, number) =>
    Math.max(0, number - ((((number - endpoint) % endpoints) + endpoints) % endpoints));

const all: LastChange = (_endpoint, number) => number;

const short: Scale = { endpoints: 200, reloads: 12, steadyMs: 500, measured: false };

describe("a server that is reloaded", () => {
  fault<Scale>(
    "edits under load",
    { short, long: { endpoints: 2000, reloads: 1000, steadyMs: 20_000, measured: true }, limitMs: 90 * 60_000 },
    (scale, report) => reloadUnderLoad(scale, byOne(scale.endpoints), report),
  );

  fault<Scale>(
    "reloads in which every endpoint changes, under load",
    {
      short: { ...short, reloads: 6 },
      long: { endpoints: 2000, reloads: 100, steadyMs: 20_000, measured: false },
      limitMs: 30 * 60_000,
    },
    (scale, report) => reloadUnderLoad(scale, all, report),
  );
});

async function reloadUnderLoad(scale: Scale, lastChange: LastChange, report: Report): Promise<void> {
  using project = createWorkspace();
  project.write("stamp.mjs", stamp);
  project.write("broken.mjs", stamp.replace(/initialize: .*/, 'initialize() { throw new Error("broken"); },'));
  const configuration = createConfigurations(scale.endpoints, lastChange);
  project.write("backworks.yaml", configuration(1));
  await using server = await startProbed({ cwd: project.folder, timeoutMs: 90 * 60_000 });
  let asked = 0;
  const plan: LoadPlan = {
    kept: 6,
    fresh: 2,
    path: () => `/r${(asked += 7) % scale.endpoints}/${asked}`,
    check: checkWith(lastChange),
  };
  await using load = startLoad(server.url, plan);
  await sleep(scale.steadyMs / 2);
  load.cut();
  await server.longestStallMs();
  await sleep(scale.steadyMs);
  const steady = load.cut();

  const run = await reloadOften(server, { project, configuration, reloads: scale.reloads });

  const during = await load.stop();
  const ratio = during.latencies.percentile(0.99) / steady.latencies.percentile(0.99);
  const growth = run.rssAfter / run.rssBefore - 1;
  tell(report, { steady, during, run, ratio, growth });
  expect(steady.failures).toEqual([]);
  expect(during.failures).toEqual([]);
  expect(run.wrong).toEqual([]);
  if (!scale.measured) return;
  expect(ratio).toBeLessThanOrEqual(1.5);
  expect(run.longestStallMs).toBeLessThanOrEqual(50);
  expect(growth).toBeLessThanOrEqual(0.05);
}

interface Run {
  /** What a reload answered, when it was another answer than it should be. */
  readonly wrong: readonly string[];
  readonly secondsPerReload: number;
  readonly longestStallMs: number;
  readonly rssBefore: number;
  readonly rssAfter: number;
}

interface Series {
  readonly project: Workspace;
  readonly configuration: (number: number) => string;
  readonly reloads: number;
}

/** Every third reload is of a configuration that is wrong: it is refused, and nobody notices. */
async function reloadOften(server: ProbedServer, { project, configuration, reloads }: Series): Promise<Run> {
  const wrong: string[] = [];
  const memory: number[] = [];
  let longestStallMs = 0;
  let number = 1;
  const started = performance.now();
  for (let count = 1; count <= reloads; count += 1) {
    const bad = count % 3 === 0;
    if (!bad) number += 1;
    const text = configuration(bad ? number + 1 : number);
    const spoil = mistakes[(count / 3) % mistakes.length];
    project.write("backworks.yaml", bad && spoil !== undefined ? spoil(text) : text);
    const { status, body } = await server.control("POST", "/__backworks/reload");
    if (status !== (bad ? 422 : 200)) wrong.push(`reload ${count}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
    memory.push(server.rssBytes());
    longestStallMs = Math.max(longestStallMs, await server.longestStallMs());
    await sleep(50);
  }
  const secondsPerReload = (performance.now() - started) / reloads / 1000;
  const tenth = Math.ceil(reloads / 10);
  return {
    wrong,
    secondsPerReload,
    longestStallMs,
    // The first tenth warms up: compiled code, module caches, the heap's own size.
    rssBefore: median(memory.slice(tenth, 2 * tenth)),
    rssAfter: median(memory.slice(-tenth)),
  };
}

interface Findings {
  readonly steady: Awaited<ReturnType<ReturnType<typeof startLoad>["stop"]>>;
  readonly during: Findings["steady"];
  readonly run: Run;
  readonly ratio: number;
  readonly growth: number;
}

function tell(report: Report, { steady, during, run, ratio, growth }: Findings): void {
  report.row("requests, steady", steady.requests);
  report.row("requests, during reloads", during.requests);
  report.row("failed requests", during.failures.length, "0");
  report.row("resets", during.resets, "0");
  report.row("seconds for each reload, pause of 0.05 in it", run.secondsPerReload);
  report.row("p50 steady, ms", steady.latencies.percentile(0.5));
  report.row("p50 during, ms", during.latencies.percentile(0.5));
  report.row("p99 steady, ms", steady.latencies.percentile(0.99));
  report.row("p99 during, ms", during.latencies.percentile(0.99));
  report.row("p99 during / steady", ratio, "<= 1.5");
  report.row("longest request during, ms", during.latencies.max);
  report.row("longest stall of the loop, ms", run.longestStallMs, "<= 50");
  report.row("memory after the first tenth, MB", run.rssBefore / 1e6);
  report.row("memory of the last tenth, MB", run.rssAfter / 1e6);
  report.row("growth, %", growth * 100, "<= 5");
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
