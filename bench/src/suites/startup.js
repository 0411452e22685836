// CPU time of short commands, and of `backworks start` until the first 200, over a Node that does nothing.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { median } from "../median.js";

const command = path.resolve(import.meta.dirname, "../../node_modules/@backworks/cli/bin/backworks.js");
const yaml = `name: bench
mode: mock
endpoints:
  hello: { path: /hello, mock: { body: { message: hello } } }
  users: { path: "/users/{id}", mock: { body: { id: "\${path.id}" } } }
  created: { path: /users, method: POST, mock: { status: 201, body: "\${request.body}" } }
`;
const ticksPerSecond = 100;

/** Runs 15 times at least: these numbers are small. */
export async function startup({ rounds, seconds }) {
  const folder = mkdtempSync(path.join(tmpdir(), "backworks-bench-"));
  const times = seconds === 0 ? rounds : Math.max(rounds, 15);
  try {
    writeFileSync(path.join(folder, "backworks.yaml"), yaml);
    const samples = { nothing: [], version: [], start: [] };
    for (let round = 0; round < times; round += 1) {
      samples.nothing.push(await cpuOfCommand(["-e", "0"], folder));
      samples.version.push(await cpuOfCommand([command, "--version"], folder));
      samples.start.push(await cpuOfStart(folder));
    }
    return [{ title: "start", kind: "startup", rows: summarise(samples) }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function summarise(samples) {
  const over = (list) => median(list.map((value, round) => value - samples.nothing[round]));
  return [
    { label: "node -e 0", cpuMs: median(samples.nothing), overMs: 0 },
    { label: "backworks --version", cpuMs: median(samples.version), overMs: over(samples.version) },
    { label: "backworks start, to the first 200", cpuMs: median(samples.start), overMs: over(samples.start) },
  ];
}

/** A preloaded module writes what the process used when it ends: finer than the 10 ms of /proc. */
async function cpuOfCommand(args, cwd) {
  const child = spawn(process.execPath, ["--import", probe, ...args], {
    cwd,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const chunks = [];
  child.stdio[3].on("data", (chunk) => chunks.push(chunk));
  await once(child, "close", { signal: AbortSignal.timeout(20_000) });
  return Number(Buffer.concat(chunks).toString()) / 1000;
}

const probe = `data:text/javascript,${encodeURIComponent(`import { writeSync } from "node:fs";
const tell = () => { const { user, system } = process.cpuUsage(); writeSync(3, String(user + system)); };
process.on("exit", tell);`)}`;

/** The process is asked from outside as soon as the answer is there. */
async function cpuOfStart(cwd) {
  const child = spawn(process.execPath, [command, "start", "--port", "0"], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await readyUrl(child);
    const response = await fetch(`${url}/hello`, { signal: AbortSignal.timeout(10_000) });
    if (response.status !== 200) throw new Error(`answered ${response.status}`);
    return cpuOfProcess(child.pid);
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit", { signal: AbortSignal.timeout(10_000) });
  }
}

async function readyUrl(child) {
  let text = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const line = text.split("\n").find((each) => each.includes('"ready"'));
    if (line !== undefined && text.includes("\n")) return JSON.parse(line).url;
  }
  throw new Error(`no ready line: ${text}`);
}

/** Milliseconds of all threads, from schedstat where the kernel has it (nanoseconds), else from stat (10 ms steps). */
function cpuOfProcess(pid) {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`).map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]),
    );
    const sum = tasks.reduce((total, each) => total + each, 0);
    if (sum > 0) return sum / 1e6;
  } catch {
    // No schedstat here: fall through to the coarse clock.
  }
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}
