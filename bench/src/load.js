// Load by wrk, or by autocannon where wrk is missing.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const unit = { us: 1, ms: 1000, s: 1_000_000, m: 60_000_000 };
const hasWrk = spawnSync("wrk", ["-v"]).error === undefined;

export const tool = hasWrk ? "wrk" : "autocannon";

/**
 * Sends requests over kept-alive connections for `seconds`; with 0 only a few, to see that the contestant answers.
 * A request is `{ method, path, body?, paths? }`; with `paths` it goes round them. Latencies are microseconds.
 */
export function drive({ url, request, connections, seconds }) {
  if (seconds === 0) return tryOut(url, request);
  return hasWrk
    ? driveWrk({ url, request, connections, seconds })
    : driveCannon({ url, request, connections, seconds });
}

async function tryOut(url, { method, body, path: only, paths = [only] }) {
  const asked = paths.slice(0, 10);
  const began = performance.now();
  let failed = 0;
  for (const each of asked) {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(url + each, { method, body, headers, signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    if (!response.ok) failed += 1;
  }
  const each = ((performance.now() - began) * 1000) / asked.length;
  return { requests: asked.length, perSecond: 1e6 / each, p50: each, p99: each, failed };
}

async function driveWrk({ url, request, connections, seconds }) {
  const folder = mkdtempSync(path.join(tmpdir(), "backworks-bench-"));
  try {
    const script = path.join(folder, "request.lua");
    writeFileSync(script, toLua(request));
    const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script, url];
    const { stdout } = await run("wrk", args, { timeout: (seconds + 20) * 1000 });
    return readWrk(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toLua({ method, path: only, paths, body }) {
  const lines = [`wrk.method = ${JSON.stringify(method)}`];
  if (body !== undefined)
    lines.push(`wrk.body = ${JSON.stringify(body)}`, `wrk.headers["Content-Type"] = "application/json"`);
  if (paths === undefined) return [...lines, `wrk.path = ${JSON.stringify(only)}`].join("\n");
  const made = `local made = {}
local next = 0
init = function()
  for n, path in ipairs({ ${paths.map((each) => JSON.stringify(each)).join(", ")} }) do made[n] = wrk.format(nil, path) end
end
request = function()
  next = next % #made + 1
  return made[next]
end`;
  return [...lines, made].join("\n");
}

function readWrk(text) {
  const number = (pattern) => Number(text.match(pattern)?.[1] ?? 0);
  const latency = (share) => {
    const [, value, name] = text.match(new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s|m)`)) ?? [];
    return Number(value) * unit[name];
  };
  const failed = number(/Non-2xx or 3xx responses: (\d+)/) + number(/read (\d+)/) + number(/connect (\d+)/);
  return {
    requests: number(/(\d+) requests in/),
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50: latency(50),
    p99: latency(99),
    failed,
  };
}

async function driveCannon({ url, request, connections, seconds }) {
  const { default: autocannon } = await import("autocannon");
  const { method, body, path: only, paths = [only] } = request;
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const requests = paths.map((each) => ({ method, path: each, body, headers }));
  const result = await autocannon({ url, connections, duration: seconds, requests });
  return {
    requests: result.requests.total,
    perSecond: result.requests.average,
    p50: result.latency.p50 * 1000,
    p99: result.latency.p99 * 1000,
    failed: result.non2xx + result.errors,
  };
}
