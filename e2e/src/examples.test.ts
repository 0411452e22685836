import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { startCommand } from "./command.ts";
import { ask } from "./http.ts";
import type { Answer } from "./http.ts";
import { matchesJson, matchesText, parseExpected } from "./placeholder.ts";
import { parseRequestsFile } from "./requests-file.ts";
import type { Expected, RequestBlock } from "./requests-file.ts";
import { startServer, waitUntilReady } from "./server.ts";
import type { RunningServer } from "./server.ts";

const examples = path.resolve(import.meta.dirname, "../../examples");
const names = readdirSync(examples).filter((name) => existsSync(path.join(examples, name, "requests.http")));

describe("examples", () => {
  it("all have requests.http", () => {
    const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(names).toEqual(folders.map(({ name }) => name).filter((name) => name !== "plugins"));
    expect(names).toContain("quickstart");
  });

  const [possible, impossible] = [names.filter(isPossible), names.filter((name) => !isPossible(name))];

  if (impossible.length > 0) console.warn(`not tried, as python3 is not here: ${impossible.join(", ")}`);

  it.each(possible)("%s answers as its requests.http says", async (name) => {
    const folder = path.join(examples, name);
    const blocks = parseRequestsFile(readFileSync(path.join(folder, "requests.http"), "utf8"));
    await using upstreams = await serveUpstreams(folder);
    await using server = await serveExample(folder, upstreams.env);

    const problems: string[] = [];
    for (const block of blocks) problems.push(...(await checkBlock(server.url, block)));

    expect(problems).toEqual([]);
  });
});

interface Upstreams extends AsyncDisposable {
  /** Where they are: `USERS_URL` for `users.upstream.yaml`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts what an example has behind it, each file on a free port. */
async function serveUpstreams(folder: string): Promise<Upstreams> {
  const names = readdirSync(folder).flatMap((file) => /^(.+)\.upstream\.yaml$/.exec(file)?.[1] ?? []);
  const servers: RunningServer[] = [];
  const env: Record<string, string> = {};
  const stop = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.stop())));
  try {
    for (const name of names) {
      const server = await startServer({ cwd: folder }, [`${name}.upstream.yaml`]);
      servers.push(server);
      env[`${name.toUpperCase()}_URL`] = server.url;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, [Symbol.asyncDispose]: stop };
}

/** Whether this machine has what an example needs. */
function isPossible(name: string): boolean {
  return name !== "runtime-python" || spawnSync("python3", ["--version"]).status === 0;
}

/** An example with a program of its own is started by it, on a free port; the others by the command. */
async function serveExample(folder: string, env: Upstreams["env"]): Promise<RunningServer> {
  const program = path.join(folder, "server.js");
  if (!existsSync(program)) return startServer({ cwd: folder, env: { ...env } });
  return waitUntilReady(startCommand([], { cwd: folder, program: [process.execPath, program], env: { PORT: "0" } }));
}

async function checkBlock(url: string, block: RequestBlock): Promise<string[]> {
  const { expected, title, path: target } = block;
  const answer = await ask(url + target, block).catch((error: unknown) => ({ closed: String(error) }));
  if ("closed" in answer) return expected.status === "closed" ? [] : [`${title}: ${answer.closed}`];
  return compareAnswer(expected, answer).map((problem) => `${title}: ${problem}`);
}

function compareAnswer(expected: Expected, answer: Answer): string[] {
  const problems: string[] = [];
  if (answer.status !== expected.status)
    problems.push(`status ${answer.status} for ${expected.status}: ${answer.text}`);
  for (const [name, value] of expected.headers) {
    const found = String(answer.headers[name] ?? "");
    if (!matchesText(value, found)) problems.push(`header ${name}: ${found} for ${value}`);
  }
  if (expected.body !== undefined && !sameBody(expected.body, answer.text)) {
    problems.push(`body ${answer.text} for ${expected.body}`);
  }
  return problems;
}

function sameBody(expected: string, text: string): boolean {
  const json = parseExpected(expected);
  if (json === undefined) return matchesText(expected, text.trim());
  const actual = parseExpected(text);
  return actual !== undefined && matchesJson(json.value, actual.value);
}
