import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../scripts/free-port.js";

/** A server of PostgreSQL for one test, which may stop it. */
export interface OwnPostgresql extends Disposable {
  readonly url: string;
  start(): void;
  /** Without a word to anybody who is connected. */
  stop(): void;
}

/** The programs of the server; `undefined` where there are none. */
export const postgresqlTools = process.env["BW_PG_TOOLS"];

export async function startPostgresql(tools: string): Promise<OwnPostgresql> {
  const folder = mkdtempSync(join(tmpdir(), "backworks-postgresql-"));
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const run = (...words: readonly string[]): void => {
    // The server refuses to be root.
    const [file = "", ...args] = isRoot ? ["runuser", "-u", "postgres", "--", ...words] : words;
    const { status } = spawnSync(file, args, { cwd: "/", stdio: "ignore" });
    if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}`);
  };
  if (isRoot) spawnSync("chown", ["postgres", folder]);
  const data = join(folder, "data");
  run(join(tools, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C.UTF-8");
  const control = (...words: readonly string[]): void => run(join(tools, "pg_ctl"), "-D", data, "-w", ...words);
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=4MB`;
  const server: OwnPostgresql = {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    start: () => control("-l", join(folder, "log"), "-o", options, "start"),
    stop: () => control("-m", "immediate", "stop"),
    [Symbol.dispose]() {
      try {
        server.stop();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  server.start();
  return server;
}
