import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findControl } from "@backworks/core";
import type { CommandOptions } from "../command.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";

/** A server that can be looked into. */
export interface ProbedServer extends RunningServer {
  /** Of the server process. */
  readonly pid: number;
  /** Resident memory in bytes; 0 when the process is gone. */
  rssBytes(): number;
  /** The longest time, in milliseconds, that the event loop was held since the last call. */
  longestStallMs(): Promise<number>;
  /** Asks the control listener: `POST /__backworks/reload`. Other faults are answered as they come. */
  control(method: string, pathname: string): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Starts `backworks start --port 0` with a probe in the process. `options.env` is kept. */
export async function startProbed(options: CommandOptions, words: readonly string[] = []): Promise<ProbedServer> {
  const probe = path.join(import.meta.dirname, "loop-probe.mjs");
  const file = path.join(options.cwd, ".loop-probe");
  const env = { ...options.env, NODE_OPTIONS: `--import ${pathToFileURL(probe).href}`, BW_LOOP_PROBE: file };
  const server = await startServer({ ...options, env }, words);
  const pid = server.child.pid ?? 0;
  return {
    ...server,
    pid,
    rssBytes: () => rssBytes(pid),
    longestStallMs: () => askProbe(pid, file),
    control: (method, pathname) => askControl(options.cwd, method, pathname),
  };
}

function rssBytes(pid: number): number {
  try {
    const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

const probeLimitMs = 5000;

async function askProbe(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  const limit = performance.now() + probeLimitMs;
  while (performance.now() < limit) {
    const text = readIfThere(file);
    if (text.endsWith("\n")) return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the probe in the server does not answer");
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

async function askControl(
  folder: string,
  method: string,
  pathname: string,
): Promise<{ status: number; body: unknown }> {
  const address = findControl(folder);
  if (address === undefined) throw new Error("the server has no control listener");
  const response = await fetch(address.url + pathname, {
    method,
    headers: { authorization: `Bearer ${address.token}` },
  });
  return { status: response.status, body: await response.json() };
}
