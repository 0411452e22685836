// pnpm bench [suite…] [--rounds 7] [--seconds 1] [--connections 32] [--save]
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.js";
import { readExtraHeaders } from "./extra-headers.js";
import { answers } from "./suites/answers.js";
import { cache } from "./suites/cache.js";
import { database } from "./suites/database.js";
import { footprint } from "./suites/footprint.js";
import { hybrid } from "./suites/hybrid.js";
import { monitoring } from "./suites/monitoring.js";
import { plugins } from "./suites/plugins.js";
import { proxy } from "./suites/proxy.js";
import { routes } from "./suites/routes.js";
import { runtime } from "./suites/runtime.js";
import { startup } from "./suites/startup.js";
import { toMarkdown } from "./table.js";

const suites = { answers, routes, plugins, monitoring, proxy, cache, runtime, database, hybrid, startup, footprint };
/** Of one suite. */
const limitMs = 15 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
    connections: { type: "string", default: "32" },
    save: { type: "boolean", default: false },
  },
});
const names = positionals.filter((name) => name !== "--");
const unknown = names.find((name) => !(name in suites));
if (unknown !== undefined) throw new Error(`no suite ${unknown}; there are ${Object.keys(suites).join(", ")}`);

const settings = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: Number(values.connections),
  headers: await readExtraHeaders(),
};
const chosen = names.length > 0 ? names : Object.keys(suites);
const results = {};
for (const name of chosen) {
  results[name] = await bounded(name);
  for (const table of results[name]) console.log(toMarkdown(table));
}
if (values.save) save(results);

async function bounded(name) {
  const timer = setTimeout(() => {
    console.error(`${name} took longer than ${limitMs / 60_000} minutes`);
    process.exit(1);
  }, limitMs);
  try {
    return await suites[name](settings);
  } finally {
    clearTimeout(timer);
  }
}

/** One file per suite, so that a suite can be measured again alone. */
function save(measured) {
  const folder = path.join(import.meta.dirname, "../results");
  mkdirSync(folder, { recursive: true });
  const { headers, ...used } = settings;
  for (const [name, tables] of Object.entries(measured)) {
    const machine = describeMachine();
    const content = { suite: name, machine, settings: { ...used, headers: Object.keys(headers) }, tables };
    writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(content, undefined, 2)}\n`);
    writeFileSync(path.join(folder, `${name}.md`), toPage(content));
  }
}

function toPage({ suite, machine, settings: used, tables }) {
  const { versions, ...facts } = machine;
  const lines = Object.entries({ ...facts, ...versions }).map(([key, value]) => `- ${key}: ${value}`);
  const how = `${used.rounds} rounds of ${used.seconds} s, ${used.connections} connections, contestants in turn; medians, ratios per round to the first line.`;
  return `## ${suite}\n\n${how}\n\n${lines.join("\n")}\n\n${tables.map(toMarkdown).join("\n")}`;
}
