import { describe, expect, it } from "@jest/globals";
import { runCommand } from "./command.ts";
import { ask } from "./http.ts";
import { startServer } from "./server.ts";
import { startUpstream } from "./upstream.ts";
import { createWorkspace } from "./workspace.ts";

const workers = 3;

/** A source whose GETs count, so that an answer of before can be told from one of after. */
async function startSource() {
  const source = { gets: 0 };
  const upstream = await startUpstream((request, response) => {
    if (request.method === "GET") source.gets += 1;
    response.writeHead(200, { "cache-control": "max-age=600" });
    response.end(`${request.url} ${source.gets}`);
  });
  return Object.assign(source, upstream);
}

const yamlOf = (source: string): string => `name: shop
rate_limit: false
server: { workers: ${workers}, overload: false }
logging: { file: shop.log }
plugins: { cache: { purge: { token: 0123456789abcdef } } }
endpoints:
  all: { path: "/*", methods: [GET, PUT], cache: { tags: [all] }, proxy: "${source}" }
`;

const get = { method: "GET", headers: { host: "shop" } };

/** Texts of many answers that are asked for at the same time, by connections of their own, so that every worker gets some. */
async function askMany(url: string): Promise<readonly string[]> {
  const answers = await Promise.allSettled(Array.from({ length: 30 }, () => ask(url, get)));
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value.text] : []));
}

/** Asks until every worker has stored an answer: as many were asked for as there are workers. */
async function untilAllHave(url: string, source: { readonly gets: number }): Promise<void> {
  const before = source.gets;
  for (let index = 0; index < 100 && source.gets - before < workers; index += 1) await askMany(url);
  expect(source.gets - before).toBe(workers);
}

/** The lowest count of GETs that an answer tells of. */
async function oldest(url: string): Promise<number> {
  return Math.min(...(await askMany(url)).map((text) => Number(text.split(" ")[1])));
}

describe("a cache in each of several processes", () => {
  it("throws away in all of them what one was told to, before that is answered", async () => {
    await using source = await startSource();
    using project = createWorkspace();
    project.write("backworks.yaml", yamlOf(source.url));
    await using server = await startServer({ cwd: project.folder, timeoutMs: 60_000 });
    const purge = { method: "DELETE", headers: { authorization: "Bearer 0123456789abcdef" } };
    const changes = [
      () => ask(`${server.url}/a`, { method: "PUT", headers: { host: "shop" } }),
      () => ask(`${server.url}/_cache?tag=all`, purge),
      () => ask(`${server.url}/_cache?url=/a`, purge),
      async () => {
        const { code } = await runCommand(["cache", "purge", "--tag", "all"], { cwd: project.folder });
        return { status: code === 0 ? 204 : 500 };
      },
    ];

    for (const change of changes) {
      await untilAllHave(`${server.url}/a`, source);
      const before = source.gets;
      const { status } = await change();
      expect(status).toBeLessThan(300);
      expect(status).not.toBe(202);
      expect(await oldest(`${server.url}/a`)).toBeGreaterThan(before);
      // What each has stored now is not the next one's.
      await ask(`${server.url}/_cache?all=true`, purge);
    }
  });

  it("goes on when a worker is replaced, and reaches the new one", async () => {
    await using source = await startSource();
    using project = createWorkspace();
    project.write(
      "backworks.yaml",
      `${yamlOf(source.url)}  pid: { path: /pid, runtime: { handler: ./pid.mjs, isolation: inline } }\n`,
    );
    project.write("pid.mjs", "export default () => process.pid;");
    await using server = await startServer({ cwd: project.folder, timeoutMs: 60_000 });
    const [killed = ""] = await askMany(`${server.url}/pid`);

    process.kill(Number(killed), "SIGKILL");
    const pids = new Set<string>();
    for (let index = 0; index < 300 && pids.size < workers; index += 1) {
      for (const pid of await askMany(`${server.url}/pid`)) if (pid !== killed) pids.add(pid);
    }
    await untilAllHave(`${server.url}/a`, source);
    const before = source.gets;
    await ask(`${server.url}/a`, { method: "PUT", headers: { host: "shop" } });

    expect(pids.size).toBe(workers);
    expect(await oldest(`${server.url}/a`)).toBeGreaterThan(before);
  });

  it("asks the worker that counts for all, whichever has nothing stored", async () => {
    await using source = await startSource();
    using project = createWorkspace();
    project.write(
      "backworks.yaml",
      `${yamlOf(source.url)}  counted: { path: /counted, cache: { ttl: 60 }, mock: { body: "\${count}" } }\n`,
    );
    await using server = await startServer({ cwd: project.folder, timeoutMs: 60_000 });

    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => ask(`${server.url}/counted?q=${index}`, get)),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(30);
  });
});
