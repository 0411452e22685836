import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { freePort } from "../../scripts/free-port.js";

/** Whether there is a Redis to start; on a build server there must be. */
export const isRedisThere: boolean =
  spawnSync("redis-server", ["--version"]).error === undefined || process.env["CI"] === "true";

/** A Redis of one test, on a port that it keeps over restarts. */
export interface OwnRedis extends AsyncDisposable {
  readonly url: string;
  /** Starts it, with nothing in it, and waits until it answers. */
  start(): Promise<void>;
  /** Ends its process at once. */
  kill(): Promise<void>;
  /** Leaves its connections open and has it answer nothing. */
  hang(): void;
  /** Has it go on. */
  wake(): void;
}

/** One that runs. */
export async function startRedis(): Promise<OwnRedis> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const redis: OwnRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const words = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
      child = spawn("redis-server", words, { stdio: ["ignore", "pipe", "ignore"] });
      for await (const chunk of child.stdout ?? []) if (String(chunk).includes("Ready to accept")) break;
    },
    async kill() {
      const ending = child;
      child = undefined;
      if (ending === undefined) return;
      const gone = new Promise((resolve) => ending.once("exit", resolve));
      ending.kill("SIGKILL");
      await gone;
    },
    hang: () => void child?.kill("SIGSTOP"),
    wake: () => void child?.kill("SIGCONT"),
    [Symbol.asyncDispose]: () => redis.kill(),
  };
  await redis.start();
  return redis;
}
