import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ask } from "./http.ts";
import type { Answer } from "./http.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";

/** Blocks the loop for `ms` of the query at each request. */
const blocking = `export default {
  name: "blocking",
  version: "1.0.0",
  description: "Computes for too long",
  apiVersion: "^1.0.0",
  initialize: () => ({
    contributes: {
      handlers: [{
        name: "block",
        path: "/block",
        handler: ({ request }) => {
          const until = performance.now() + Number(request.query.ms);
          while (performance.now() < until);
          return { body: "done" };
        },
      }],
    },
  }),
};
`;

const busy = (server: string): string => `name: busy
rate_limit: false
logging: { file: busy.log, requests: false }
server: { watchdog: false${server} }
plugins: { blocking: { module_path: ./blocking.mjs } }
endpoints: { hello: { path: /hello, mock: { body: 1 } } }
`;

function get(server: RunningServer, pathname: string): Promise<Answer> {
  return ask(`${server.url}${pathname}`, { method: "GET" });
}

/** Sends requests until the time is over, so many at once; gives what came back. */
async function flood(
  server: RunningServer,
  pathname: string,
  { atOnce, forMs }: { atOnce: number; forMs: number },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const until = Date.now() + forMs;
  const client = async (): Promise<void> => {
    while (Date.now() < until) answers.push(await get(server, pathname));
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return answers;
}

function statusesOf(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe("a server that cannot keep up", () => {
  it("refuses with 503 while its loop is blocked again and again, answers probes, and recovers", async () => {
    using project = createWorkspace();
    project.write("backworks.yaml", busy(""));
    project.write("blocking.mjs", blocking);
    await using server = await startServer({ cwd: project.folder });

    const flooding = flood(server, "/block?ms=300", { atOnce: 4, forMs: 5000 });
    const probes = flood(server, "/health", { atOnce: 1, forMs: 5000 });
    const answers = await flooding;
    let last = await get(server, "/hello");
    while (last.status !== 200) last = await get(server, "/hello");

    const refused = answers.find(({ status }) => status === 503);
    expect(Object.keys(statusesOf(answers))).toEqual(["200", "503"]);
    expect(refused?.headers).toMatchObject({ "retry-after": "1", "content-type": "application/problem+json" });
    expect(JSON.parse(refused?.text ?? "")).toMatchObject({
      status: 503,
      code: "BW_OVERLOADED",
      requestId: refused?.headers["x-request-id"],
    });
    expect(Object.keys(statusesOf(await probes))).toEqual(["200"]);
    await server.stop();
    const log = readFileSync(path.join(project.folder, "busy.log"), "utf8");
    expect(log).toMatch(/"msg":"overloaded: requests are refused with 503"/);
    expect(log).toMatch(/"msg":"no longer overloaded","refused":[1-9]/);
  });

  it("refuses nothing because of one long call", async () => {
    using project = createWorkspace();
    // Longer than a machine that does other things makes a server wait.
    project.write("backworks.yaml", busy(", overload: { delay: 1s }"));
    project.write("blocking.mjs", blocking);
    await using server = await startServer({ cwd: project.folder });

    const long = get(server, "/block?ms=2500");
    const others = await flood(server, "/hello", { atOnce: 2, forMs: 4500 });

    expect((await long).status).toBe(200);
    expect(Object.keys(statusesOf(others))).toEqual(["200"]);
  });
});

describe("backworks start", () => {
  it("limits a client that sends a flood, unless the configuration says otherwise", async () => {
    using project = createWorkspace();
    project.write(
      "backworks.yaml",
      "name: shop\nserver: { overload: false }\nlogging: { enabled: false }\nendpoints: { hello: { path: /hello, mock: { body: 1 } } }\n",
    );
    using free = createWorkspace();
    free.write(
      "backworks.yaml",
      "name: shop\nserver: { overload: false }\nrate_limit: false\nlogging: { enabled: false }\nendpoints: { hello: { path: /hello, mock: { body: 1 } } }\n",
    );
    await using server = await startServer({ cwd: project.folder });
    await using unlimited = await startServer({ cwd: free.folder });
    const send = (to: RunningServer): Promise<Answer[]> =>
      Promise.all(Array.from({ length: 1000 }, () => get(to, "/hello")));

    const answers = await send(server);
    const counts = statusesOf(answers);

    expect(counts[200]).toBeGreaterThanOrEqual(200);
    expect(counts[429]).toBeGreaterThan(0);
    expect(answers.find(({ status }) => status === 429)?.headers["retry-after"]).toBe("1");
    expect((await get(server, "/health")).status).toBe(200);
    expect(statusesOf(await send(unlimited))).toEqual({ 200: 1000 });
  });
});

describe("a server that is killed", () => {
  it("has lost nothing that it answered, and no half of a file", async () => {
    using project = createWorkspace();
    project.write(
      "backworks.yaml",
      "name: shop\nrate_limit: false\nlogging: { enabled: false }\nendpoints: { rows: { path: /rows, mock: { resource: { persist: rows.json } } } }\n",
    );
    const file = path.join(project.folder, "rows.json");
    const answered = new Set<unknown>();
    for (let round = 0; round < 3; round += 1) {
      await using server = await startServer({ cwd: project.folder });
      const writer = async (): Promise<void> => {
        for (;;) {
          const question = { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":"x"}' };
          const answer = await ask(`${server.url}/rows`, question).catch(() => undefined);
          if (answer?.status !== 201) return;
          answered.add((JSON.parse(answer.text) as { id: unknown }).id);
        }
      };
      const before = answered.size;
      const writers = Promise.all(Array.from({ length: 8 }, writer));
      while (answered.size < before + 40) await new Promise((resolve) => setTimeout(resolve, 5));

      server.signal("SIGKILL");
      await server.exited;
      await writers;

      const kept = (JSON.parse(readFileSync(file, "utf8")) as { id: unknown }[]).map(({ id }) => id);
      expect([...answered].filter((id) => !kept.includes(id))).toEqual([]);
    }
  });
});
