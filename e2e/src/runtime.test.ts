import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { ask } from "./http.ts";
import { startServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** A handler that starts a process which stays, says who they are, and may hang. */
const family = `
const { spawn } = require("node:child_process");
module.exports = (request) => {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  if (request.query.hang) setTimeout(() => { for (;;); }, 10);
  return [process.pid, child.pid];
};`;

function shop(): string {
  const runtime = { handler: "./family.cjs", isolation: "process", timeout: 2 };
  return JSON.stringify({ name: "shop", endpoints: { family: { path: "/family", runtime } } });
}

function prepare(): Workspace {
  const work = createWorkspace();
  work.write("backworks.yaml", shop());
  work.write("family.cjs", family);
  return work;
}

/** Whether a process is there and has not ended. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}

async function goneWithin(pids: readonly number[], ms: number): Promise<boolean> {
  const until = Date.now() + ms;
  while (Date.now() < until && pids.some(lives)) await new Promise((resolve) => setTimeout(resolve, 20));
  return !pids.some(lives);
}

const onLinux = existsSync("/proc/self/status") ? it : it.skip;

describe("processes of handlers", () => {
  onLinux.each([
    ["SIGTERM", ""],
    ["SIGKILL", ""],
    ["SIGKILL", "?hang=1"],
  ] as const)("end with the server, with %s, %s", async (signal, query) => {
    using work = prepare();
    await using server = await startServer({ cwd: work.folder });
    const { text } = await ask(`${server.url}/family${query}`, { method: "GET" });
    const pids = JSON.parse(text) as readonly number[];
    expect(pids.map(lives)).toEqual([true, true]);

    server.signal(signal);

    expect(await goneWithin(pids, 10_000)).toBe(true);
  });

  onLinux("end with a reload that takes their endpoint away", async () => {
    using work = prepare();
    await using server = await startServer({ cwd: work.folder });
    const { text } = await ask(`${server.url}/family`, { method: "GET" });
    const pids = JSON.parse(text) as readonly number[];

    work.write(
      "backworks.yaml",
      JSON.stringify({ name: "shop", endpoints: { other: { path: "/", mock: { body: "x" } } } }),
    );
    server.signal("SIGHUP");

    expect(await goneWithin(pids, 10_000)).toBe(true);
    expect((await ask(`${server.url}/`, { method: "GET" })).text).toBe("x");
  });
});

describe("a server with handlers", () => {
  it("answers in several processes, and keeps shared state in one", async () => {
    using work = createWorkspace();
    const handler = "module.exports = async (request, { state }) => ({ n: await state.increment('n') });";
    work.write("count.cjs", handler);
    const runtime = { handler: "./count.cjs", state: "shared" };
    work.write(
      "backworks.yaml",
      JSON.stringify({ name: "shop", server: { workers: 2 }, endpoints: { count: { path: "/count", runtime } } }),
    );
    await using server = await startServer({ cwd: work.folder });

    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${server.url}/count`, { method: "GET" })));

    const counts = answers.map(({ text }) => (JSON.parse(text) as { n: number }).n).sort((one, other) => one - other);
    expect(counts).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("runs what was saved also in its own thread, when that is no module", async () => {
    using work = createWorkspace();
    work.write("price.cjs", "module.exports = 1;");
    work.write("inline.cjs", "const price = require('./price.cjs'); module.exports = () => ({ price });");
    const runtime = { handler: "./inline.cjs", isolation: "inline" };
    work.write("backworks.yaml", JSON.stringify({ name: "shop", endpoints: { price: { path: "/price", runtime } } }));
    await using server = await startServer({ cwd: work.folder });
    const before = await ask(`${server.url}/price`, { method: "GET" });

    work.write("price.cjs", "module.exports = 2;");
    server.signal("SIGHUP");
    await server.until(/reloaded|generation/);

    expect(before.text).toBe('{"price":1}');
    expect((await ask(`${server.url}/price`, { method: "GET" })).text).toBe('{"price":2}');
  });
});
