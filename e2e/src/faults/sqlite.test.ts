import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect } from "@jest/globals";
import { ask } from "../http.ts";
import { startServer } from "../server.ts";
import { createWorkspace, root } from "../workspace.ts";
import { fault } from "./fault.ts";
import { startLoad } from "./load.ts";
import { lostOf, startWriters, untilTrue } from "./writers.ts";

const configuration = (file: string, insert: string): string => `name: faults
rate_limit: false
server: { overload: false }
logging: { file: faults.log, requests: false }
databases: { main: { type: sqlite, file_path: ${file}, pool: { connection_timeout: 2s } } }
endpoints:
  items:
    path: /items
    database:
      queries:
        GET: SELECT id FROM items ORDER BY id
        POST: ${insert}
      table: items
      fields: { id: { type: integer, primary_key: true }, filling: { type: text } }
  one: { path: /one, database: { query: SELECT count(*) AS n FROM items WHERE id < 10 } }
`;

/** A process of its own that holds the lock of a file: it says when it has it, and lets go when its input ends. */
const locker = `
const [library, file] = process.argv.slice(1);
const Database = require(library);
const database = new Database(file);
database.exec("PRAGMA busy_timeout = 10000");
database.exec("BEGIN IMMEDIATE");
console.log("locked");
process.stdin.resume().on("end", () => { database.exec("ROLLBACK"); database.close(); });
`;

interface Lock {
  release(): Promise<void>;
}

async function lockFile(file: string): Promise<Lock> {
  const ofMode = createRequire(createRequire(`${root}/package.json`).resolve("@backworks/mode-database/package.json"));
  const child = spawn(process.execPath, ["-e", locker, ofMode.resolve("libsql"), file], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    void ended.then(() => reject(new Error("the file could not be locked")));
  });
  return {
    release() {
      child.stdin.end();
      return ended;
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Scale {
  readonly times: number;
  readonly clients: number;
}

/** A small file system; `undefined` where none may be mounted. */
function mountSmall(folder: string): Disposable | undefined {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", folder], { stdio: "ignore" });
  if (status !== 0) return undefined;
  return { [Symbol.dispose]: () => void spawnSync("umount", [folder], { stdio: "ignore" }) };
}

describe("a server over SQLite", () => {
  fault<Scale>(
    "another process that locks the file",
    { short: { times: 2, clients: 4 }, long: { times: 30, clients: 16 } },
    async ({ times, clients }, report) => {
      using project = createWorkspace();
      project.write("backworks.yaml", configuration("data/app.db", "INSERT INTO items (id) VALUES (${body.id})"));
      await using server = await startServer({ cwd: project.folder, timeoutMs: 280_000 });
      const items = `${server.url}/items`;
      await untilTrue(async () => (await ask(`${server.url}/one`, { method: "GET" })).status === 200);
      await using writers = startWriters(items, clients);
      await using load = startLoad(server.url, { kept: clients, fresh: 1, path: () => "/one" });
      await untilTrue(async () => writers.acknowledged.length > 10);

      for (let time = 0; time < times; time += 1) {
        const lock = await lockFile(path.join(project.folder, "data/app.db"));
        await sleep(2500);
        await lock.release();
        const before = writers.acknowledged.length;
        await untilTrue(async () => writers.acknowledged.length > before, 5000);
      }
      await writers.stop();
      const lost = await lostOf(items, writers);
      const reads = await load.stop();

      report.row("locks", times);
      report.row("rows acknowledged", writers.acknowledged.length);
      report.row("writes refused meanwhile", writers.refused);
      report.row("acknowledged and lost", lost.length, "0");
      report.row("reads", reads.requests);
      report.row("reads that failed", reads.failures.length, "0");
      report.row("slowest read, ms", reads.latencies.max);
      expect(writers.odd).toEqual([]);
      expect(writers.refused).toBeGreaterThan(0);
      expect(lost).toEqual([]);
      expect(reads.failures).toEqual([]);
    },
  );

  fault<Scale>(
    "a disk that is full, and has room again",
    { short: { times: 1, clients: 4 }, long: { times: 10, clients: 16 } },
    async ({ times, clients }, report) => {
      using project = createWorkspace();
      const folder = path.join(project.folder, "small");
      using small = mountSmall(folder);
      if (small === undefined) return report.row("no file system may be mounted here", "skipped");
      const filling = "INSERT INTO items (id, filling) VALUES (${body.id}, printf('%.1000c', 'x'))";
      project.write("backworks.yaml", configuration("small/app.db", filling));
      await using server = await startServer({ cwd: project.folder, timeoutMs: 280_000 });
      const items = `${server.url}/items`;
      const ballast = path.join(folder, "ballast");
      await untilTrue(async () => (await ask(`${server.url}/one`, { method: "GET" })).status === 200);
      await using writers = startWriters(items, clients);
      await using load = startLoad(server.url, { kept: clients, fresh: 1, path: () => "/one" });
      await untilTrue(async () => writers.acknowledged.length > 10);

      for (let time = 0; time < times; time += 1) {
        const refused = writers.refused;
        fill(ballast);
        await untilTrue(async () => writers.refused > refused);
        await sleep(200);
        rmSync(ballast, { force: true });
        const before = writers.acknowledged.length;
        await untilTrue(async () => writers.acknowledged.length > before);
      }
      await writers.stop();
      const lost = await lostOf(items, writers);
      const reads = await load.stop();

      report.row("times it was full", times);
      report.row("rows acknowledged", writers.acknowledged.length);
      report.row("writes refused meanwhile", writers.refused);
      report.row("acknowledged and lost", lost.length, "0");
      report.row("reads that failed", reads.failures.length, "0");
      expect(writers.odd).toEqual([]);
      expect(lost).toEqual([]);
      expect(reads.failures).toEqual([]);
      expect((await ask(items, { method: "GET" })).status).toBe(200);
    },
  );
});

/** Takes what is left of a small file system. */
function fill(file: string): void {
  for (const size of [4096, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      // It is full.
    }
  }
  if (!existsSync(file)) throw new Error("nothing could be filled");
}
