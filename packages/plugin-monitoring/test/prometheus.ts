import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "@jest/globals";

const programs = ["promtool", "prometheus", "prometheus-alertmanager"];
const areThere = programs.every((program) => spawnSync(program, ["--version"]).error === undefined);

/** Describes something that needs Prometheus. Without it it is skipped; on the build server that is a failure. */
export function describeWithPrometheus(name: string, body: () => void): void {
  const run = areThere || process.env["CI"] === "true" ? describe : describe.skip;
  run(name, body);
}

/** What a run of promtool came to. */
export function promtool(
  words: readonly string[],
  input?: string,
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("promtool", words, { input, encoding: "utf8", timeout: 120_000 });
  return { status, output: stdout + stderr };
}

/** A folder that goes at the end of the scope. */
export function temporaryFolder(): Disposable & { readonly path: string; write(name: string, text: string): string } {
  const path = mkdtempSync(join(tmpdir(), "backworks-prometheus-"));
  return {
    path,
    write(name, text) {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A server that ends with the scope; `written` is the end of what it wrote. */
export function startProgram(
  program: string,
  words: readonly string[],
): AsyncDisposable & { readonly written: string } {
  const child: ChildProcess = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let written = "";
  child.stderr?.on("data", (chunk: Buffer) => (written = (written + String(chunk)).slice(-4000)));
  return {
    get written() {
      return `${program} (${child.exitCode ?? "runs"}):\n${written}`;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Asks until there is an answer that is wanted, for 60 seconds at most; then it tells what the programs wrote. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  programs: readonly { readonly written: string }[],
): Promise<T> {
  const last = Date.now() + 60_000;
  while (Date.now() < last) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(["it did not come within a minute", ...programs.map(({ written }) => written)].join("\n"));
}
