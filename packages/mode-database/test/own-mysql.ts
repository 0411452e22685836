import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../scripts/free-port.js";

/** A server of MariaDB for one test, which may stop it. */
export interface OwnMysql extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  /** Without a word to anybody who is connected. */
  stop(): Promise<void>;
}

/** Whether this machine has the programs of the server. */
export const hasMysql: boolean = spawnSync("mariadbd", ["--version"], { stdio: "ignore" }).status === 0;

export async function startMysql(): Promise<OwnMysql> {
  const folder = mkdtempSync(join(tmpdir(), "backworks-mysql-"));
  const isRoot = process.getuid?.() === 0;
  // The server refuses to be root.
  const user = isRoot ? ["--user=mysql"] : [];
  if (isRoot) run("chown", ["mysql", folder]);
  const [data, socket, port] = [join(folder, "data"), join(folder, "socket"), await freePort()];
  const first = [
    "--no-defaults",
    ...user,
    `--datadir=${data}`,
    "--skip-test-db",
    "--auth-root-authentication-method=normal",
  ];
  run("mariadb-install-db", first);
  // What is acknowledged is with the system, which outlives the process.
  const durable = "--innodb-flush-log-at-trx-commit=2";
  const place = [`--datadir=${data}`, `--port=${port}`, "--bind-address=127.0.0.1", `--socket=${socket}`];
  let child: ChildProcess | undefined;
  const server: OwnMysql = {
    url: `mysql://root@127.0.0.1:${port}/backworks`,
    async start() {
      child = spawn("mariadbd", ["--no-defaults", ...user, ...place, durable], { stdio: "ignore" });
      const ping = ["--no-defaults", `--socket=${socket}`, "-u", "root", "ping"];
      for (let turn = 0; turn < 300 && spawnSync("mariadb-admin", ping, { stdio: "ignore" }).status !== 0; turn += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
    async stop() {
      const ended = new Promise((resolve) => child?.once("close", resolve));
      child?.kill("SIGKILL");
      await ended;
    },
    async [Symbol.asyncDispose]() {
      try {
        await server.stop();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  await server.start();
  run("mariadb", ["--no-defaults", `--socket=${socket}`, "-u", "root", "-e", "CREATE DATABASE backworks"]);
  return server;
}

function run(program: string, words: readonly string[]): void {
  const { status } = spawnSync(program, words, { stdio: "ignore" });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
