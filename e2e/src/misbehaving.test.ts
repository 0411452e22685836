import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { runCommand } from "./command.ts";
import { ask } from "./http.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** Steps that leave something behind. What nobody calls by itself, `getMetrics`, is not among them. */
const steps = [
  "initialize",
  "start",
  "stop",
  "cleanup",
  "reconfigure",
  "exportState",
  "importState",
  "beforeRequest",
  "afterResponse",
  "finished",
  "healthCheck",
] as const;

/** What they leave behind: each would end a process that nobody guards. */
const ways = ["timer", "emitter", "rejection"] as const;

/** A plugin that goes wrong a little after one of its steps, in every way. */
const strayPlugin = (step: string, name: string): string => `import { EventEmitter } from "node:events";
const leave = () => {
  const fail = (way) => new Error("${step} " + way);
  setTimeout(() => { throw fail("timer"); }, 5);
  setTimeout(() => new EventEmitter().emit("error", fail("emitter")), 5);
  (async () => { await null; throw fail("rejection"); })();
};
const anything = { "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }) } };
export default {
  name: "${name}", version: "1.0.0", options: anything,
  initialize() {
    ${step === "initialize" ? "leave();" : ""}
    return { ${step === "initialize" ? "" : `${step}() { leave(); ${step === "exportState" ? "return 1;" : ""} },`}
      ${step === "importState" ? "exportState: () => 1," : ""} };
  },
};
`;

const nameOf = (step: string): string => `bad-${step.toLowerCase()}`;

function shop(plugins: object, server: object = {}): string {
  const endpoints = { hello: { path: "/hello", mock: { body: "hello" } } };
  return JSON.stringify({ name: "shop", server, logging: { file: "shop.log", requests: false }, endpoints, plugins });
}

function linesOf(work: Workspace): readonly Record<string, unknown>[] {
  const text = readFileSync(path.join(work.folder, "shop.log"), "utf8").trim();
  return text.split("\n").map((line): Record<string, unknown> => JSON.parse(line));
}

function get(server: RunningServer, pathname: string): ReturnType<typeof ask> {
  return ask(`${server.url}${pathname}`, { method: "GET" });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("plugins that leave something behind", () => {
  it("are named by what strays, whichever step it came from, and the process lives", async () => {
    using work = createWorkspace();
    const enabled = (made: number): object =>
      Object.fromEntries(
        steps.map((step) => [nameOf(step), { module_path: `./${nameOf(step)}.mjs`, config: { made } }]),
      );
    for (const step of steps) work.write(`${nameOf(step)}.mjs`, strayPlugin(step, nameOf(step)));
    work.write("backworks.yaml", shop(enabled(1)));
    await using server = await startServer({ cwd: work.folder });

    await get(server, "/hello");
    await get(server, "/health");
    work.write("backworks.yaml", shop(enabled(2)));
    const reload = await runCommand(["reload"], { cwd: work.folder });
    const wanted = steps.flatMap((step) => ways.map((way) => `${nameOf(step)}: ${step} ${way}`));
    const strays = (): unknown[] =>
      linesOf(work).flatMap(({ plugin, step, problem }) =>
        step === "stray" ? [`${String(plugin)}: ${String(problem)}`] : [],
      );
    const others = (): unknown[] =>
      linesOf(work).flatMap(({ msg, plugin, problem }) =>
        msg === "stray error" ? [`${String(plugin)}: ${String(problem)}`] : [],
      );
    await until(() => wanted.every((line) => strays().includes(line) || others().includes(line)));
    const health = JSON.parse((await get(server, "/health")).text);

    expect(reload.code).toBe(0);
    expect(health.plugins).toHaveLength(steps.length);
    expect((await get(server, "/hello")).status).toBe(200);
    expect(server.child.exitCode).toBeNull();
  });
});

const spin = "const spin = (ms) => { for (const until = Date.now() + ms; Date.now() < until; ); };\n";

const slow = `${spin}export default {
  name: "slow", version: "1.0.0",
  initialize: () => ({
    beforeRequest: {
      // Or it would be left out for being slow.
      timeoutMs: 600_000,
      run({ request }) {
        if (request.query.now !== undefined) spin(Number(request.query.now));
        if (request.query.later !== undefined) setTimeout(() => spin(Number(request.query.later)), 1);
        if (request.query.search !== undefined) /^(a+)+$/.test("a".repeat(40) + "b");
      },
    },
    finished: ({ request }) => spin(Number(request.query.after ?? 0)),
    contributes: {
      routes: [{ path: "/mounted", handler(request, response) { spin(60_000); response.end("never"); } }],
    },
  }),
};
`;

describe("the supervisor of a process", () => {
  const server = { overload: false, watchdog: { blocked: "300ms", terminate: "1s" } };
  const plugins = { slow: { module_path: "./slow.mjs" } };

  async function watched(work: Workspace): Promise<RunningServer> {
    work.write("slow.mjs", slow);
    work.write("backworks.yaml", shop(plugins, server));
    return startServer({ cwd: work.folder });
  }

  it.each([
    ["a loop in a hook", "/hello?now=60000"],
    ["a regular expression", "/hello?search=1"],
    ["a mounted route", "/mounted/x"],
  ])("stops %s, answers its request and lives on", async (_what, url) => {
    using work = createWorkspace();
    await using running = await watched(work);

    const stopped = await get(running, url);
    const health = JSON.parse((await get(running, "/health")).text);

    expect(stopped.status).toBe(500);
    expect(stopped.text).toContain("BW_REQUEST_STOPPED");
    expect(running.stderr()).toMatch(/what blocks the event loop is stopped.*"plugin":"slow".*slow\.mjs:\d+:/);
    expect(health.plugins).toMatchObject([{ name: "slow", status: "unhealthy", state: "quarantined" }]);
    expect((await get(running, "/hello?now=60000")).status).toBe(200);
    work.write("backworks.yaml", shop({}, server));
    expect((await runCommand(["reload"], { cwd: work.folder })).code).toBe(0);
  });

  it("stops what blocks after the answer, which was sent", async () => {
    using work = createWorkspace();
    await using running = await watched(work);

    const answered = await get(running, "/hello?after=60000");
    await until(() => running.stderr().includes("what blocks the event loop is stopped"));

    expect(answered.status).toBe(200);
    expect((await get(running, "/hello")).status).toBe(200);
  });

  it("ends the process with a last line where code cannot be stopped alone", async () => {
    using work = createWorkspace();
    await using running = await watched(work);

    await get(running, "/hello?later=60000");

    expect(await running.exited).toBe(70);
    expect(running.stderr()).toMatch(/ending the process.*"plugin":"slow".*slow\.mjs:1:/);
  });

  it.each([
    ["initialize", "initialize: () => spin(60_000)"],
    ["start", "initialize: () => ({ start: () => spin(60_000) })"],
  ])("names a plugin whose %s never returns, and ends a server that could not begin", async (_step, life) => {
    using work = createWorkspace();
    work.write("slow.mjs", `${spin}export default { name: "slow", version: "1.0.0", ${life} };`);
    work.write("backworks.yaml", shop(plugins, server));

    const started = await runCommand(["start", "--port", "0"], { cwd: work.folder });

    expect(started.code).toBe(70);
    expect(started.stderr).toMatch(/ending the process.*"plugin":"slow".*slow\.mjs:1:/);
  });

  it("lives on when a health check that blocks is stopped", async () => {
    using work = createWorkspace();
    const checks = "let asked = 0; const healthCheck = () => { if ((asked += 1) > 1) spin(60_000); return {}; };";
    const plugin = `{ name: "slow", version: "1.0.0", initialize: () => ({ healthCheck }) }`;
    work.write("slow.mjs", `${spin}${checks} export default ${plugin};`);
    work.write("backworks.yaml", shop(plugins, server));
    await using running = await startServer({ cwd: work.folder });

    const stopped = await get(running, "/health");
    // The time of the check, which nobody waits for any more, is over then.
    await new Promise((resolve) => setTimeout(resolve, 1500));

    expect(stopped.status).toBe(500);
    expect((await get(running, "/hello")).status).toBe(200);
  });

  it("takes a suspended process for no fault of a plugin", async () => {
    using work = createWorkspace();
    await using running = await watched(work);
    const before = running.stderr();

    running.signal("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    running.signal("SIGCONT");
    const answer = await get(running, "/hello");

    expect(answer.status).toBe(200);
    expect(running.stderr()).toBe(before);
  });
});
