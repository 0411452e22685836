import { describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { ask, counting, proxyYaml, startCached, startOrigin, told } from "../../test/cache-rig.ts";
import { startGate } from "../../test/redis-gate.ts";
import { redisUrl, uniqueName } from "../../test/servers.ts";

const withRedis = redisUrl === undefined ? describe.skip : describe;

/** A configuration of an App of this name; Apps of one name share what is stored. */
function yamlOf(origin: Parameters<typeof proxyYaml>[0], url: string, name: string): string {
  const cache = `{ type: redis, url: "${url}", purge: { token: "0123456789abcdef" } }`;
  return proxyYaml(origin, { cache, endpoint: "{ tags: [all] }" }).replace("name: shop", `name: ${name}`);
}

const purge = { method: "DELETE", headers: { authorization: "Bearer 0123456789abcdef" } };

/** Processes behind one name. */
const shop = { headers: { host: "shop" } };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

withRedis("answers in Redis", () => {
  const url = redisUrl ?? "";

  it("are shared by processes, with what they depend on", async () => {
    await using origin = await startOrigin((request, response) => {
      response
        .writeHead(200, { "cache-control": "max-age=60", vary: "X-Plan", "x-bytes": "é" })
        .end(Buffer.from([0, 255, 10, 13]));
    });
    const name = uniqueName();
    await using first = await startCached(yamlOf(origin, url, name));
    await using second = await startCached(yamlOf(origin, url, name));
    await ask(`${first.url}/a`, { headers: { host: "shop", "x-plan": "gold" } });

    const shared = await ask(`${second.url}/a`, { headers: { host: "shop", "x-plan": "gold" } });
    const other = await ask(`${second.url}/a`, { headers: { host: "shop", "x-plan": "lead" } });

    expect(shared.headers.get("cache-status")).toContain("hit");
    expect([...new Uint8Array(await shared.arrayBuffer())]).toEqual([0, 255, 10, 13]);
    expect(other.headers.get("cache-status")).toContain("vary-miss");
  });

  it("are thrown away everywhere by one purge", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    const name = uniqueName();
    await using first = await startCached(yamlOf(origin, url, name));
    await using second = await startCached(yamlOf(origin, url, name));
    await told(await ask(`${first.url}/a`, shop));

    expect((await first.fetch("/_cache?tag=all", purge)).status).toBe(204);

    expect(await told(await ask(`${second.url}/a`, shop))).toMatchObject({ body: "2" });
    expect(await told(await ask(`${first.url}/a`, shop))).toMatchObject({
      body: "2",
      cache: expect.stringContaining("hit"),
    });
  });

  it("are asked for once by all processes at the same time", async () => {
    await using origin = await startOrigin((_request, response) => {
      setTimeout(() => response.writeHead(200, { "cache-control": "max-age=60" }).end("x"), 100);
    });
    const name = uniqueName();
    const yaml = yamlOf(origin, url, name).replace("type: redis,", "type: redis, timeout: 5s,");
    const apps = await Promise.all([1, 2, 3].map(() => startCached(yaml)));

    const asking = apps.flatMap((app) => Array.from({ length: 10 }, () => ask(`${app.url}/a`, shop).then(told)));
    const moving = setInterval(() => void Promise.all(apps.map((app) => app.clock.advance(5))), 5);
    const answers = await Promise.all(asking);
    clearInterval(moving);
    await Promise.all(apps.map((app) => app.close()));

    expect(answers.every(({ body }) => body === "x")).toBe(true);
    expect(origin.seen).toHaveLength(1);
  });

  it("written by somebody else are no answers", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    const name = uniqueName();
    await using app = await startCached(yamlOf(origin, url, name));
    await told(await app.fetch("/a"));
    await pause(50);
    const redis = new Redis(url);
    const [key = ""] = await redis.keys(`backworks:cache:${name}:answer:*`);

    await redis.hset(key, { m: "{}" });
    const odd = await told(await app.fetch("/a"));
    await pause(50);
    await redis.del(key);
    await redis.set(key, "no hash");
    const wrong = await told(await app.fetch("/a"));
    await redis.quit();

    expect([odd.body, wrong.body]).toEqual(["2", "3"]);
  });

  it.each(["hold", "cut", "garbage"] as const)(
    "are not there when Redis fails (%s), cost nothing then, and come back",
    async (how) => {
      await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
      await using gate = await startGate(url);
      await using app = await startCached(yamlOf(origin, gate.url, uniqueName()));
      const moving = setInterval(() => void app.clock.advance(5), 5);
      await told(await app.fetch("/a"));
      await pause(50);
      const before = await told(await app.fetch("/a"));

      if (how === "hold") gate.held = true;
      else if (how === "garbage") gate.garbage = true;
      else {
        gate.refusing = true;
        gate.cut();
      }
      const began = performance.now();
      const failing = await told(await app.fetch("/a"));
      const tookMs = performance.now() - began;
      const { commands } = gate;
      const next = await Promise.all(Array.from({ length: 20 }, async () => told(await app.fetch("/a"))));
      const asked = gate.commands - commands;
      const health = (await app.plugins.health())[0];
      Object.assign(gate, { held: false, refusing: false, garbage: false });
      gate.cut();
      let after = failing;
      for (let index = 0; index < 200 && !after.cache.includes("hit"); index += 1) {
        await pause(25);
        after = await told(await app.fetch("/a"));
      }
      clearInterval(moving);

      expect(before.cache).toContain("hit");
      expect(failing.status).toBe(200);
      expect(tookMs).toBeLessThan(1000);
      expect(next.every(({ status }) => status === 200)).toBe(true);
      expect(asked).toBeLessThan(10);
      expect(health).toMatchObject({ status: "degraded", message: expect.stringContaining("Redis gives nothing") });
      expect(after.cache).toContain("hit");
    },
  );

  it("that were purged while it was away are not used when it is back", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    await using gate = await startGate(url);
    await using app = await startCached(yamlOf(origin, gate.url, uniqueName()));
    const moving = setInterval(() => void app.clock.advance(5), 5);
    await told(await app.fetch("/a"));
    await pause(50);

    gate.held = true;
    const purged = await app.fetch("/_cache?tag=all", purge);
    gate.held = false;
    gate.cut();
    let answer = await told(await app.fetch("/a"));
    for (let index = 0; index < 200 && !answer.cache.includes("hit"); index += 1) {
      await pause(25);
      answer = await told(await app.fetch("/a"));
    }
    clearInterval(moving);

    expect(purged.status).toBe(202);
    expect(answer.cache).toContain("hit");
    expect(answer.body).not.toBe("1");
  });
});

describe("a Redis that is not there", () => {
  it("does not keep the server from starting and answering", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=60" }));
    await using app = await startCached(yamlOf(origin, "redis://127.0.0.1:1", uniqueName()));

    expect(await told(await app.fetch("/a"))).toMatchObject({ status: 200, body: "1" });
    expect(await told(await app.fetch("/a"))).toMatchObject({ status: 200, body: "2" });
  });
});
