import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { runCommand } from "./command.ts";
import { ask } from "./http.ts";
import type { RunningServer } from "./server.ts";
import { startServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

const yaml = `name: shop
server: { workers: 2 }
rate_limit: false
endpoints:
  hello: { path: /hello, mock: { body: { version: 1 } } }
  slow: { path: /slow, mock: { delay: 700ms, body: { done: true } } }
  notes: { path: /notes, mock: { resource: { seed: [] } } }
`;

/** Says which process loads it, and takes its time. */
const slowPlugin = `import { writeFileSync } from "node:fs";
export default {
  name: "slow",
  version: "1.0.0",
  description: "Takes its time",
  apiVersion: "^1.0.0",
  async initialize({ projectRoot }) {
    writeFileSync(projectRoot + "/loading-" + process.pid, "");
    await new Promise((resolve) => setTimeout(resolve, 700));
  },
};
`;

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function createProject(text = yaml): Workspace {
  const workspace = createWorkspace();
  workspace.write("backworks.yaml", text);
  return workspace;
}

interface WorkerStatus {
  readonly pid: number;
  readonly state: string;
  readonly owner: boolean;
  readonly generation: number;
  readonly hash: string;
}

interface Status {
  readonly pid: number;
  readonly generation: number;
  readonly workersReplaced: number;
  readonly workers: readonly WorkerStatus[];
}

async function statusOf(project: Workspace): Promise<Status> {
  const { stdout } = await runCommand(["status", "--json"], { cwd: project.folder });
  return JSON.parse(stdout) as Status;
}

/** Asks until the condition holds; the test's own limit ends it. */
async function untilStatus(project: Workspace, holds: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    const status = await statusOf(project);
    if (holds(status)) return status;
  }
}

function bothReady({ workers }: Status): boolean {
  return workers.length === 2 && workers.every(({ state }) => state === "ready");
}

async function textOf(url: string): Promise<string> {
  return (await ask(url, { method: "GET" })).text;
}

async function post(url: string, body: object): Promise<string> {
  const headers = { "content-type": "application/json" };
  return (await ask(url, { method: "POST", headers, body: JSON.stringify(body) })).text;
}

function isAlive(pid: number): boolean {
  try {
    // A process that has ended and was not waited for yet does nothing any more.
    return !/\bZ\b/.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }));
  } catch {
    return false;
  }
}

async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function startTwo(project: Workspace, words: readonly string[] = []): Promise<[RunningServer, Status]> {
  const server = await startServer({ cwd: project.folder, timeoutMs: 60_000 }, words);
  return [server, await statusOf(project)];
}

describe("server.workers", () => {
  it("serves with several processes that know one configuration and one state", async () => {
    using project = createProject();
    const [server, status] = await startTwo(project);
    await using _ = server;

    const ids = [];
    for (let index = 0; index < 12; index += 1) ids.push(JSON.parse(await post(`${server.url}/notes`, {})).id);

    expect(status.workers).toHaveLength(2);
    expect(status.workers.map(({ pid }) => pid)).not.toContain(status.pid);
    expect(status.workers.filter(({ owner }) => owner)).toHaveLength(1);
    expect(new Set(status.workers.map(({ hash }) => hash)).size).toBe(1);
    expect(new Set(ids).size).toBe(12);
  });

  it("replaces a worker that is killed; nobody is turned away meanwhile", async () => {
    using project = createProject();
    const [server, { workers }] = await startTwo(project);
    await using _ = server;

    for (const [index, { pid }] of workers.entries()) {
      process.kill(pid, "SIGKILL");
      for (let asked = 0; asked < 20; asked += 1) expect(await textOf(`${server.url}/hello`)).toBe('{"version":1}');
      expect(await textOf(`${server.url}/notes`)).toBe("[]");
      await untilStatus(project, (status) => bothReady(status) && status.workersReplaced === index + 1);
    }

    const { workers: others } = await statusOf(project);
    expect(others.filter(({ pid }) => workers.some((before) => before.pid === pid))).toEqual([]);
  });

  it("reloads all workers or none, and says once why not", async () => {
    using project = createProject();
    const [server] = await startTwo(project);
    await using _ = server;

    project.write("backworks.yaml", yaml.replace("version: 1", "version: 2"));
    const good = await runCommand(["reload"], { cwd: project.folder });
    project.write("backworks.yaml", "name: [");
    const bad = await runCommand(["reload"], { cwd: project.folder });

    expect(good.stdout).toContain("changed hello");
    expect(bad.stdout.match(/BW_CONFIG_SYNTAX/g)).toHaveLength(1);
    const { generation, workers } = await statusOf(project);
    expect([generation, ...workers.map((worker) => worker.generation)]).toEqual([2, 2, 2]);
    for (let asked = 0; asked < 20; asked += 1) expect(await textOf(`${server.url}/hello`)).toBe('{"version":2}');
  });

  it.each([
    ["the worker that loads first dies", "SIGKILL", 0],
    ["another worker dies", "SIGKILL", 1],
    ["the worker that loads first stands still", "SIGSTOP", 0],
    ["another worker stands still", "SIGSTOP", 1],
  ] as const)("serves one configuration when %s in the middle of a reload", async (_what, signal, place) => {
    const watched = yaml.replace("workers: 2", "workers: 2, watchdog: { blocked: 200ms, terminate: 500ms }");
    using project = createProject(watched);
    project.write("slow.mjs", slowPlugin);
    const [server, { workers }] = await startTwo(project);
    await using _ = server;
    const order = workers.toSorted((left, right) => Number(right.owner) - Number(left.owner));
    const { pid } = order[place] ?? { pid: 0 };

    const next = `${watched.replace("version: 1", "version: 2")}plugins: { slow: { module_path: ./slow.mjs } }\n`;
    project.write("backworks.yaml", next);
    const reload = runCommand(["reload"], { cwd: project.folder });
    await untilThere(path.join(project.folder, `loading-${pid}`));
    process.kill(pid, signal);
    const { code } = await reload;
    const status = await untilStatus(project, (now) => bothReady(now) && now.workers.every((one) => one.pid !== pid));

    expect(code).toBe(0);
    expect(status.workers.map(({ generation }) => generation)).toEqual([2, 2]);
    for (let asked = 0; asked < 20; asked += 1) expect(await textOf(`${server.url}/hello`)).toBe('{"version":2}');
    expect(await post(`${server.url}/notes`, {})).toContain("id");
  });

  it("starts a replacement with what the others serve, whatever the file says by then", async () => {
    using project = createProject();
    const [server, { workers }] = await startTwo(project);
    await using _ = server;
    project.write("backworks.yaml", "name: half a fi");

    for (const { pid } of workers) {
      process.kill(pid, "SIGKILL");
      await untilStatus(project, (status) => bothReady(status) && status.workers.every((one) => one.pid !== pid));
    }

    for (let asked = 0; asked < 20; asked += 1) expect(await textOf(`${server.url}/hello`)).toBe('{"version":1}');
  });

  it("has as many workers as the configuration asks for after a reload", async () => {
    using project = createProject();
    const [server] = await startTwo(project);
    await using _ = server;

    project.write("backworks.yaml", yaml.replace("workers: 2", "workers: 3"));
    await runCommand(["reload"], { cwd: project.folder });
    await untilStatus(project, ({ workers }) => workers.filter(({ state }) => state === "ready").length === 3);
    project.write("backworks.yaml", yaml.replace("workers: 2", "workers: 1"));
    await runCommand(["reload"], { cwd: project.folder });
    const { workers } = await untilStatus(project, (status) => status.workers.length === 1);

    expect(workers[0]?.owner).toBe(true);
    expect(await textOf(`${server.url}/hello`)).toBe('{"version":1}');
  });

  it("finishes what is under way on SIGTERM and leaves nothing", async () => {
    using project = createProject();
    const [server, { workers }] = await startTwo(project);
    await using _ = server;
    const slow = Array.from({ length: 6 }, () => textOf(`${server.url}/slow`));
    await new Promise((resolve) => setTimeout(resolve, 200));

    server.signal("SIGTERM");

    expect(await Promise.all(slow)).toEqual(Array.from({ length: 6 }, () => '{"done":true}'));
    expect(await server.exited).toBe(0);
    await untilGone(workers.map(({ pid }) => pid));
  });

  it("ends its workers when it is killed itself", async () => {
    using project = createProject();
    const [server, { workers }] = await startTwo(project);
    await using _ = server;

    server.signal("SIGKILL");

    await untilGone(workers.map(({ pid }) => pid));
    const { stderr } = await runCommand(["status"], { cwd: project.folder });
    expect(stderr).toContain("BW_CLI_NOT_RUNNING");
  });

  it("ends when the first worker cannot start, with the mistake", async () => {
    using project = createProject(yaml.replace("path: /slow", "path: nowhere"));

    const result = await runCommand(["start", "--port", "0"], { cwd: project.folder });

    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("backworks.yaml:6");
  });

  it("ends with 5 when the port is taken", async () => {
    using project = createProject();
    const [server] = await startTwo(project);
    await using _ = server;
    using another = createProject();

    const result = await runCommand(["start", "--port", new URL(server.url).port], { cwd: another.folder });

    expect(result.code).toBe(5);
    expect(result.stderr).toContain("BW_PORT_IN_USE");
  });

  it("refuses a plugin that runs in one process only, with its reason", async () => {
    using project = createProject(`${yaml}plugins: { lone: { module_path: ./lone.js } }\n`);
    project.write(
      "lone.js",
      `export default { name: "lone", version: "1.0.0", description: "One", oneProcess: "it holds a serial port", initialize: () => ({}) };`,
    );

    const result = await runCommand(["start", "--port", "0"], { cwd: project.folder });

    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(
      /backworks\.yaml:8:\d+ {2}plugin lone runs in one process only: it holds a serial port/,
    );
  });

  it("limits clients over all workers together", async () => {
    const limit = "rate_limit: { requests_per_minute: 60, burst: 25 }";
    using project = createProject(yaml.replace("rate_limit: false", limit));
    const [server] = await startTwo(project);
    await using _ = server;
    const startedAt = performance.now();

    const statuses = await Promise.all(
      Array.from({ length: 80 }, async () => (await ask(`${server.url}/hello`, { method: "GET" })).status),
    );

    const seconds = Math.ceil((performance.now() - startedAt) / 1000);
    const admitted = statuses.filter((status) => status === 200).length;
    // Each worker may hold a sixteenth of the burst for what comes next.
    expect(admitted).toBeGreaterThanOrEqual(23);
    expect(admitted).toBeLessThanOrEqual(25 + seconds);
    expect(statuses.filter((status) => status === 429)).toHaveLength(80 - admitted);
  });

  it("writes whole lines, also long ones of several workers into one pipe", async () => {
    using project = createProject(`${yaml}logging: { include_headers: true }\n`);
    const [server] = await startTwo(project);
    await using _ = server;
    const headers = { "x-long": "y".repeat(8192) };

    await Promise.all(Array.from({ length: 300 }, () => ask(`${server.url}/hello`, { method: "GET", headers })));
    server.signal("SIGTERM");
    await server.exited;

    const lines = server.stdout().trimEnd().split("\n");
    const requests = lines.map((line) => JSON.parse(line) as { msg?: string; headers?: Record<string, string> });
    expect(requests.filter(({ msg }) => msg === "request")).toHaveLength(300);
  });

  it("frees the port at once for the next server", async () => {
    using project = createProject();
    const [server] = await startTwo(project);
    await using _ = server;
    const port = Number(new URL(server.url).port);

    server.signal("SIGTERM");
    await server.exited;

    const refused = await new Promise<string | undefined>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(undefined));
      socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
    });
    expect(refused).toBe("ECONNREFUSED");
  });
});
