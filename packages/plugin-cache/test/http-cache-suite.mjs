// Runs http-cache-tests against a proxy with the cache, and writes what failed as JSON: node http-cache-suite.mjs <folder of the suite>
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "@backworks/core";
import proxy from "@backworks/mode-proxy";
import cache from "../dist/index.js";

const suite = path.resolve(process.argv[2] ?? ".");
const load = async (file) => import(pathToFileURL(path.join(suite, file)).href);
const scratch = mkdtempSync(path.join(tmpdir(), "backworks-suite-"));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The suite's own server. */
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
  await once(child.stdout, "data");
  return { child, port };
}

const { child, port } = await startOrigin();
const text = `name: suite
server: { overload: false, watchdog: false }
logging: { enabled: false }
plugins: { cache: { trust_vary: true, negative_ttl: 0, stale_if_error: 60, heuristics: true } }
endpoints:
  all:
    path: "/*"
    methods: [GET, POST, PUT, DELETE, PATCH, OPTIONS]
    proxy: { target: "http://127.0.0.1:${port}", preserve_host: true }
`;
const app = await serve({ text, cwd: scratch, port: 0, host: "127.0.0.1", modes: [proxy], plugins: [cache] });
const [{ runTests, getResults }, { default: tests }] = [await load("client/runner.mjs"), await load("tests/index.mjs")];
const { default: fetch } = await import(
  pathToFileURL(createRequire(path.join(suite, "cli.mjs")).resolve("node-fetch")).href
);
// The suite tells there what it thinks of each test.
// oxlint-disable-next-line no-console
console.log = () => {};
await runTests(tests, fetch, false, app.url);
const results = getResults();
const failed = { required: [], optimal: [], check: [] };
let passed = 0;
for (const { id, kind = "required" } of tests.flatMap(({ tests: some }) => some)) {
  if (results[id] === true) passed += 1;
  else if (id in results) failed[kind].push(id);
}
process.stdout.write(JSON.stringify({ passed, failed }));
child.kill();
await app.close();
rmSync(scratch, { recursive: true, force: true });
process.exit(0);
