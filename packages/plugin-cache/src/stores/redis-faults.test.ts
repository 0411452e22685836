import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import type { Next } from "@backworks/core";
import { silentLogger } from "@backworks/core/testing";
import { counting, proxyYaml, startCached, startOrigin, told } from "../../test/cache-rig.ts";
import type { Origin } from "../../test/cache-rig.ts";
import { endpointOver, exchangeFor } from "../../test/endpoint-rig.ts";
import { realTime } from "../../test/real-time.ts";
import { startGate } from "../../test/redis-gate.ts";
import { redisUrl, uniqueName } from "../../test/servers.ts";
import { read } from "../flow/read.ts";
import { openRedisStore } from "./redis.ts";

const withRedis = redisUrl === undefined ? describe.skip : describe;
const url = redisUrl ?? "";

/** Serves what an origin says, by time as it goes. */
function startOver(origin: Origin, redis: string, timeout = "50ms"): ReturnType<typeof startCached> {
  const yaml = proxyYaml(origin, { cache: `{ type: redis, url: "${redis}", timeout: ${timeout} }` });
  return startCached(yaml.replace("name: shop", `name: ${uniqueName()}`), realTime);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type App = Awaited<ReturnType<typeof startCached>>;

/** Asks, and says how long that took. */
async function timed(app: App, path: string): Promise<Awaited<ReturnType<typeof told>> & { readonly tookMs: number }> {
  const began = performance.now();
  const answer = await told(await app.fetch(path));
  return { ...answer, tookMs: performance.now() - began };
}

/** Until Redis was reached, which a busy machine may not manage at once. */
async function untilThere(app: App): Promise<void> {
  while ((await numbersOf(app))["redis_away"] !== 0) await pause(10);
}

/** Asks until an answer is stored that was made after so many others. */
async function untilHit(app: App, after: number): ReturnType<typeof told> {
  for (;;) {
    const answer = await told(await app.fetch("/a"));
    if (answer.cache.includes("hit") && Number(answer.body) > after) return answer;
    await pause(25);
  }
}

async function numbersOf(app: App): Promise<Readonly<Record<string, number>>> {
  return (await app.plugins.metrics())["cache"]?.own ?? {};
}

withRedis("a Redis that is slow", () => {
  it("is away also after a reload, and is tried again", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    await using gate = await startGate(url);
    await using app = await startOver(origin, gate.url);
    await untilThere(app);
    const options = { type: "redis", url: gate.url, timeout: "50ms", cache_status: "Other" };
    await app.plugins.hotReload("cache", options);
    gate.delayMs = 10_000;

    const first = await timed(app, "/a");
    const isAway = (await numbersOf(app))["redis_away"];
    gate.delayMs = 0;
    gate.cut();
    await untilHit(app, 0);

    expect(first).toMatchObject({ status: 200, body: "1" });
    expect(first.tookMs).toBeLessThan(2000);
    expect(isAway).toBe(1);
  });

  it("is away when a command takes longer, and is asked by nobody's request then", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    await using gate = await startGate(url);
    await using app = await startOver(origin, gate.url);
    await untilThere(app);
    gate.delayMs = 10_000;

    const first = await timed(app, "/a");
    const { commands } = gate;
    const next = [];
    for (let index = 0; index < 50; index += 1) next.push(await timed(app, "/a"));
    const asked = gate.commands - commands;
    const numbers = await numbersOf(app);
    gate.delayMs = 0;
    gate.cut();
    const again = await untilHit(app, 0);

    expect(first).toMatchObject({ status: 200, body: "1" });
    // Nobody has waited for what comes after ten seconds.
    expect(first.tookMs).toBeLessThan(5000);
    expect(next.every(({ status }) => status === 200)).toBe(true);
    expect(asked).toBeLessThan(10);
    expect(numbers).toMatchObject({ redis_away: 1 });
    expect(again.cache).toContain("hit");
  });

  it("that grants a lease too late does not have others wait for nobody", async () => {
    await using gate = await startGate(url);
    const parts = { url: gate.url, timeoutMs: 50, prefix: `${uniqueName()}:`, ...realTime, logger: silentLogger };
    const store = await openRedisStore(parts);
    await store.start();
    gate.delayMs = 30;

    await store.lease("key", realTime.clock.monotonic() + 10);
    gate.delayMs = 0;
    await pause(100);
    const lease = await store.lease("key");
    await store.close();

    expect(lease).toBeDefined();
  });
});

/** A Redis of our own, on a port that it keeps over restarts. */
async function ownRedis() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (child === undefined) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    child = undefined;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const words = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
      child = spawn("redis-server", words, { stdio: ["ignore", "pipe", "ignore"] });
      const { stdout } = child;
      for await (const chunk of stdout ?? []) if (String(chunk).includes("Ready to accept")) break;
    },
    stop,
    async configure(name: string, value: string) {
      const client = new Redis(`redis://127.0.0.1:${port}`);
      await client.config("SET", name, value);
      await client.quit();
    },
    [Symbol.asyncDispose]: stop,
  };
}

withRedis("a Redis that ends and starts again with nothing", () => {
  it("fails no request, and stores again; what was asked for before is not taken for new", async () => {
    await using redis = await ownRedis();
    await redis.start();
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    await using app = await startOver(origin, redis.url, "5s");
    await untilThere(app);
    for (let index = 0; index < 3; index += 1) await app.fetch("/other", { method: "PUT" });
    const before = await untilHit(app, 0);

    await redis.stop();
    const during = [];
    for (let index = 0; index < 20; index += 1) during.push(await told(await app.fetch("/a")));
    await redis.start();
    const after = await untilHit(app, Number(during.at(-1)?.body));

    expect(before.cache).toContain("hit");
    expect(during.every(({ status, cache }) => status === 200 && !cache.includes("hit"))).toBe(true);
    expect(after.cache).toContain("hit");
    expect(Number(after.body)).toBeGreaterThan(Number(during.at(-1)?.body));
  });
});

withRedis("a connection to Redis that gives nothing any more", () => {
  it("is replaced by another", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    await using gate = await startGate(url);
    await using app = await startOver(origin, gate.url);
    await untilThere(app);
    await untilHit(app, 0);

    gate.freeze();
    const during = [await timed(app, "/other"), await timed(app, "/a")];
    const after = await untilHit(app, 0);

    expect(during.map(({ status }) => status)).toEqual([200, 200]);
    expect(during[1]?.cache).not.toContain("hit");
    expect(after.body).toBe("1");
  });
});

withRedis("a Redis that is full", () => {
  it("gives what it has, and its answers are asked for of their sources otherwise", async () => {
    await using redis = await ownRedis();
    await redis.start();
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    await using app = await startOver(origin, redis.url, "5s");
    await untilThere(app);
    await untilHit(app, 0);

    await redis.configure("maxmemory", "1");
    const others = [];
    for (const path of ["/b", "/b", "/c"]) others.push(await told(await app.fetch(path)));
    const kept = await told(await app.fetch("/a"));

    expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(kept.cache).toContain("hit");
    expect(await numbersOf(app)).toMatchObject({ redis_away: 0, redis_failures: 0 });
  });
});

withRedis("two processes that share a Redis", () => {
  it("ask twice at most for ten thousand that miss the same at the same time", async () => {
    const prefix = `${uniqueName()}:`;
    let calls = 0;
    const next: Next = async () => {
      calls += 1;
      await pause(200);
      return { status: 200, body: "once" };
    };
    const stores = await Promise.all(
      [1, 2].map(() => openRedisStore({ url, timeoutMs: 50, prefix, ...realTime, logger: silentLogger })),
    );
    for (const store of stores) await store.start();
    const endpoints = stores.map((store) => endpointOver(store, { ...realTime.clock, ...realTime.scheduler }));

    const asking = endpoints.flatMap((endpoint) =>
      Array.from({ length: 5000 }, async () => read(endpoint, exchangeFor("/a"), next)),
    );
    const answers = await Promise.all(asking);
    for (const store of stores) await store.close();

    expect(calls).toBeLessThanOrEqual(2);
    expect(new Set(answers.map(({ body }) => Buffer.from(body as Uint8Array).toString()))).toEqual(new Set(["once"]));
  });
});
