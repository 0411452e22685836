import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openConnection } from "./faults/connection.ts";
import type { Connection } from "./faults/connection.ts";
import { createReport } from "./faults/report.ts";
import { isRedisThere, startRedis } from "./redis.ts";
import type { OwnRedis } from "./redis.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { startUpstream } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** A source that counts who asks, and answers when it is told to. */
interface Source extends Upstream {
  /** URLs it was asked for, in order. */
  readonly asked: string[];
  /** Whether answers wait for `release`. */
  held: boolean;
  release(): void;
}

async function startSource(): Promise<Source> {
  const asked: string[] = [];
  let waiting: (() => void)[] = [];
  const upstream = await startUpstream(({ url = "" }, response) => {
    asked.push(url);
    const answer = (): void =>
      void response.writeHead(200, { "cache-control": "max-age=600", "cache-tag": "all" }).end(`answer to ${url}`);
    if (source.held) waiting.push(answer);
    else answer();
  });
  const source: Source = Object.assign(upstream, {
    asked,
    held: false,
    release() {
      source.held = false;
      for (const answer of waiting) answer();
      waiting = [];
    },
  });
  return source;
}

const yamlOf = (source: string, cache: string, server = ""): string => `name: shop
rate_limit: false
server: { overload: false, timeouts: { headers: 60s, request: 60s }${server} }
logging: { file: shop.log, requests: false }
plugins: { cache: { ${cache} } }
endpoints: { all: { path: "/*", proxy: "${source}" } }
`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens them a few at a time: the queue of a listener is not endless. */
async function openMany(urls: readonly string[], count: number): Promise<readonly Connection[]> {
  const connections: Connection[] = [];
  while (connections.length < count) {
    const some = Array.from({ length: 200 }, (_, index) => openConnection(urls[index % urls.length] ?? ""));
    connections.push(...(await Promise.all(some)));
  }
  return connections;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`;

interface Crowd {
  readonly source: Source;
  readonly path: string;
  /** Runs while they wait. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** Has all of them ask the same at the same time; the answers, each once, and how often the source was asked. */
async function askAll(connections: readonly Connection[], { source, path, meanwhile }: Crowd) {
  const before = source.asked.length;
  source.held = true;
  const asking = connections.map((connection) => connection.ask(get(path)));
  await pause(1000);
  await meanwhile?.();
  source.release();
  const answers = await Promise.all(asking);
  const texts = [...new Set(answers.map(({ status, text }) => `${status} ${text}`))];
  return { texts, asked: source.asked.slice(before).filter((url) => url === path).length };
}

/** One request by itself, and how long it took. */
async function timed(connection: Connection, path: string) {
  const began = performance.now();
  const { status, text, headers } = await connection.ask(get(path));
  const cache = headers.get("cache-status") ?? "";
  return { status, text, cache, tookMs: performance.now() - began };
}

/** Requests for something else each, one after another. */
async function missMany(connections: readonly Connection[], count: number, name: string) {
  const answers = [];
  for (let index = 0; index < count; index += 1) {
    const path = `/${name}-${index}`;
    for (const connection of connections) answers.push({ path, ...(await timed(connection, path)) });
  }
  return answers;
}

const wrong = (answers: Awaited<ReturnType<typeof missMany>>): readonly string[] =>
  answers.flatMap(({ path, status, text }) =>
    status === 200 && text === `answer to ${path}` ? [] : [`${path}: ${status} ${text}`],
  );

/** Until something that one process stores is there for the other. */
async function untilShared([one, other]: readonly [Connection, Connection], name: string): Promise<void> {
  for (let index = 0; index < 400; index += 1) {
    await timed(one, `/${name}-${index}`);
    await pause(25);
    if ((await timed(other, `/${name}-${index}`)).cache.includes("hit")) return;
  }
  throw new Error("nothing is shared");
}

const withRedis = isRedisThere ? describe : describe.skip;

withRedis("two processes that share a Redis", () => {
  let [source, redis, project, servers] = [] as unknown as [Source, OwnRedis, Workspace, readonly RunningServer[]];

  beforeAll(async () => {
    [source, redis] = await Promise.all([startSource(), startRedis()]);
    project = createWorkspace();
    project.write("backworks.yaml", yamlOf(source.url, `type: redis, url: "${redis.url}"`));
    servers = await Promise.all([1, 2].map(() => startServer({ cwd: project.folder, timeoutMs: 120_000 })));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all([redis[Symbol.asyncDispose](), source[Symbol.asyncDispose]()]);
    project[Symbol.dispose]();
  });

  const openBoth = async (): Promise<[Connection, Connection]> => {
    const [one, other] = servers.map(({ url }) => openConnection(url));
    return Promise.all([one, other] as [Promise<Connection>, Promise<Connection>]);
  };

  it("ask twice at most for ten thousand that miss the same at the same time", async () => {
    const report = createReport("ten thousand that miss the same, over two processes");
    const connections = await openMany(
      servers.map(({ url }) => url),
      10_000,
    );
    await untilShared([connections[0], connections[1]] as [Connection, Connection], "first");

    const { texts, asked } = await askAll(connections, { source, path: "/same" });
    for (const connection of connections) connection.close();

    report.row("requests to the source", asked, "2");
    report.print();
    expect(texts).toEqual(["200 answer to /same"]);
    expect(asked).toBeLessThanOrEqual(2);
  });

  it.each([
    ["is killed", "killed", () => redis.kill(), () => redis.start()],
    ["hangs", "hung", async () => redis.hang(), async () => redis.wake()],
  ])("fail nothing and wait no longer than they may when it %s, and go on when it is back", async (...parts) => {
    const [, name, stop, resume] = parts;
    const report = createReport(`Redis that was ${name}`);
    const connections = await openBoth();
    await untilShared(connections, `before-${name}`);

    const usual = await missMany(connections, 20, `usual-${name}`);
    await stop();
    const first = await missMany(connections, 1, `first-${name}`);
    const away = await missMany(connections, 100, `away-${name}`);
    await resume();
    await untilShared(connections, `after-${name}`);
    const waiting = await openMany(
      servers.map(({ url }) => url),
      400,
    );
    const crowd = await askAll(waiting, { source, path: `/crowd-${name}`, meanwhile: stop });
    await resume();
    await untilShared(connections, `again-${name}`);
    for (const connection of [...connections, ...waiting]) connection.close();

    const times = (answers: typeof away): readonly number[] =>
      answers.map(({ tookMs }) => tookMs).sort((left, right) => left - right);
    const median = times(away)[100] ?? 0;
    report.row("requests to the source of 400 that waited as it came to that", crowd.asked, "2");
    report.row("a miss before, median of 40, ms", times(usual)[20] ?? 0);
    report.row(
      "the first of each process, the longer one, ms",
      times(first)[1] ?? 0,
      "50 and what a busy machine adds",
    );
    report.row("while it is away, median of 200, ms", median);
    report.print();
    expect(crowd.texts).toEqual([`200 answer to /crowd-${name}`]);
    expect(crowd.asked).toBeLessThanOrEqual(2);
    expect(wrong([...usual, ...first, ...away])).toEqual([]);
    expect(times(first)[1]).toBeLessThan(500);
    // Whoever waited for it would take 50.
    expect(median).toBeLessThan(40);
  });
});

describe("two workers that store by themselves", () => {
  it("ask once each for a thousand that miss the same at the same time, and throw away together", async () => {
    await using source = await startSource();
    using project = createWorkspace();
    project.write("backworks.yaml", yamlOf(source.url, "purge: { token: 0123456789abcdef }", ", workers: 2"));
    await using server = await startServer({ cwd: project.folder, timeoutMs: 60_000 });
    const connections = await openMany([server.url], 1000);

    const before = await askAll(connections, { source, path: "/same" });
    const purge = await fetch(`${server.url}/_cache?tag=all`, {
      method: "DELETE",
      headers: { authorization: "Bearer 0123456789abcdef" },
    });
    const after = await askAll(connections, { source, path: "/same" });
    for (const connection of connections) connection.close();

    const once = { texts: ["200 answer to /same"], asked: 2 };
    expect([before, after]).toEqual([once, once]);
    expect(purge.status).toBe(204);
  });
});
