// Runs http-cache-tests against a proxy with the cache, and writes what came of each test as JSON: node http-cache-suite.mjs [options of the cache]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "@backworks/core";
import proxy from "@backworks/mode-proxy";
import { getResults, runTests } from "http-cache-tests/client/runner.mjs";
import tests from "http-cache-tests/tests/index.mjs";
import { freePort } from "../../../scripts/free-port.js";
import cache from "../dist/index.js";

const options = process.argv[2] ?? "{}";
const suite = path.dirname(createRequire(import.meta.url).resolve("http-cache-tests/package.json"));
const scratch = mkdtempSync(path.join(tmpdir(), "backworks-suite-"));

/** The suite's own server, which takes no port that the system chooses. */
async function startOrigin() {
  const port = await freePort();
  const env = {
    ...process.env,
    npm_config_protocol: "http",
    npm_config_port: String(port),
    npm_config_pidfile: path.join(scratch, "pid"),
  };
  const child = spawn(process.execPath, ["server/server.mjs"], {
    cwd: suite,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the server of the suite does not start")));
  await Promise.race([ended, once(child.stdout, "data")]);
  ended.catch(() => {});
  // What it says further nobody reads, but somebody must take it.
  child.stdout.resume();
  return { child, port };
}

const configuration = (port) => `name: suite
server: { overload: false, watchdog: false }
logging: { enabled: false }
plugins: { cache: ${options} }
endpoints:
  all:
    path: "/*"
    methods: [GET, POST, PUT, DELETE, PATCH, OPTIONS]
    proxy: { target: "http://127.0.0.1:${port}", preserve_host: true }
`;

/** As the suite itself tells results: a test whose preparation fails, or that builds on one that fails, says nothing. */
function outcomeOf(test, results, byId) {
  const result = results[test.id];
  if (result === undefined) return "untested";
  const stands = (test.depends_on ?? []).every((id) => outcomeOf(byId.get(id), results, byId) === "passed");
  if (!stands) return "depends";
  if (result === true) return "passed";
  return result[0] === "Setup" ? "unprepared" : "failed";
}

const { child, port } = await startOrigin();
const app = await serve({
  text: configuration(port),
  cwd: scratch,
  port: 0,
  host: "127.0.0.1",
  modes: [proxy],
  plugins: [cache],
});
const { default: fetch } = await import(
  pathToFileURL(createRequire(path.join(suite, "cli.mjs")).resolve("node-fetch")).href
);
// The suite tells there what it thinks of each test.
// oxlint-disable-next-line no-console
console.log = () => {};
await runTests(tests, fetch, false, app.url);

const results = getResults();
const all = tests.flatMap(({ tests: some }) => some);
const byId = new Map(all.map((test) => [test.id, test]));
const outcomes = all.map((test) => ({
  id: test.id,
  kind: test.kind ?? "required",
  outcome: outcomeOf(test, results, byId),
  problem: results[test.id] === true ? undefined : results[test.id]?.[1],
}));
process.stdout.write(JSON.stringify(outcomes));
child.kill();
await app.close();
rmSync(scratch, { recursive: true, force: true });
