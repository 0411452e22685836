import { once } from "node:events";
import { request } from "node:http";
import { describe, expect, it } from "@jest/globals";
import type { StartedApp } from "@backworks/core/testing";
import { ask, counting, proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";
import type { Answer, Origin } from "../test/cache-rig.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds answers back until they are let go. */
function held(answer: Answer): { readonly answer: Answer; letGo(): void } {
  let waiting: (() => void)[] = [];
  return {
    answer: (incoming, response) => void waiting.push(() => answer(incoming, response)),
    letGo() {
      const ready = waiting;
      waiting = [];
      for (const one of ready) one();
    },
  };
}

async function untilAsked(origin: Origin, count: number): Promise<void> {
  while (origin.seen.length < count) await pause(5);
}

/** Until so many wait for another's answer. */
async function untilWaiting(app: StartedApp, count: number): Promise<void> {
  while (((await app.plugins.metrics())["cache"]?.own?.["collapsed"] ?? 0) < count) await pause(5);
}

describe("many who want the same of a source that fails", () => {
  it.each([502, 503, 504])("get one failure, and none of it is left: %d", async (status) => {
    const { answer, letGo } = held(counting({ "retry-after": "1" }, status));
    await using origin = await startOrigin(answer);
    await using app = await startCached(proxyYaml(origin));

    const asking = Array.from({ length: 200 }, () => ask(`${app.url}/a`).then(told));
    await untilWaiting(app, 199);
    await untilAsked(origin, 1);
    letGo();
    const answers = await Promise.all(asking);
    origin.answer = counting({ "cache-control": "max-age=60" });
    const later = await told(await ask(`${app.url}/a`));

    expect(new Set(answers.map((one) => `${one.status} ${one.body}`))).toEqual(new Set([`${status} 1`]));
    expect(later).toMatchObject({ status: 200, cache: expect.stringContaining("uri-miss") });
    expect(origin.seen).toHaveLength(2);
  });

  it.each<[string, number, Record<string, string>]>([
    ["sets a cookie", 503, { "set-cookie": "sid=1" }],
    ["is for one", 503, { "cache-control": "private" }],
    ["depends on more", 503, { vary: "Accept-Language" }],
    ["is of the request", 500, {}],
  ])("get one each when it %s", async (_what, status, fields) => {
    const { answer, letGo } = held(counting(fields, status));
    await using origin = await startOrigin(answer);
    await using app = await startCached(proxyYaml(origin));

    const asking = Array.from({ length: 3 }, () => ask(`${app.url}/a`).then(told));
    await untilWaiting(app, 2);
    await untilAsked(origin, 1);
    letGo();
    await untilAsked(origin, 3);
    letGo();
    const answers = await Promise.all(asking);

    expect(new Set(answers.map(({ body }) => body)).size).toBe(3);
  });
});

describe("many who want the same beside what is for one", () => {
  it("are two requests at most, however often answers were for one before", async () => {
    await using origin = await startOrigin((incoming, response) =>
      response.writeHead(200, { "cache-control": "private" }).end(String(incoming.url)),
    );
    await using app = await startCached(proxyYaml(origin));
    for (let index = 0; index < 5; index += 1)
      await told(await ask(`${app.url}/own-${index}`, { headers: { "x-a": "1" } }));
    const { answer, letGo } = held(counting({ "cache-control": "max-age=60" }));
    origin.answer = answer;
    const before = origin.seen.length;

    const asking = Array.from({ length: 200 }, () => ask(`${app.url}/all`).then(told));
    await untilWaiting(app, 198);
    await untilAsked(origin, before + 2);
    letGo();
    const answers = await Promise.all(asking);

    expect(origin.seen.length - before).toBeLessThanOrEqual(2);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe("a change while many wait", () => {
  it.each([
    ["of something else has who comes later wait with them", "/b", 1],
    ["of what they wait for has who comes later ask anew", "/a", 2],
  ])("%s", async (_what, path, asked) => {
    const { answer, letGo } = held(counting({ "cache-control": "max-age=60" }));
    await using origin = await startOrigin((incoming, response) => {
      if (incoming.method === "PUT") response.writeHead(204).end();
      else answer(incoming, response);
    });
    await using app = await startCached(proxyYaml(origin));
    const crowd = () => Array.from({ length: 20 }, () => ask(`${app.url}/a`, { headers: { host: "shop" } }).then(told));

    const before = crowd();
    await untilWaiting(app, 19);
    await ask(`${app.url}${path}`, { method: "PUT", headers: { host: "shop" } });
    const after = crowd();
    await untilWaiting(app, asked === 1 ? 39 : 38);
    await untilAsked(origin, asked + 1);
    letGo();
    const answers = await Promise.all([...before, ...after]);

    expect(origin.seen.filter(({ method }) => method === "GET")).toHaveLength(asked);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(answers.slice(20).map(({ body }) => body))).toEqual(new Set([String(asked)]));
  });
});

describe("clients that leave while others wait for the same", () => {
  it.each([
    ["who asked", (index: number) => index === 0],
    ["every second", (index: number) => index % 2 === 0],
    ["all but the last", (index: number) => index < 19],
  ])("take nothing from these: %s", async (_who, leaves) => {
    const { answer, letGo } = held(counting({ "cache-control": "max-age=60" }));
    await using origin = await startOrigin(answer);
    await using app = await startCached(proxyYaml(origin));
    const asked = Array.from({ length: 20 }, (_, index) => {
      const controller = new AbortController();
      const text = app.fetch("/a", { signal: controller.signal }).then((response) => response.text());
      return { leave: () => controller.abort(), text: text.catch(() => "left"), leaves: leaves(index) };
    });
    await untilWaiting(app, 19);
    await untilAsked(origin, 1);

    for (const { leave, leaves: isLeaving } of asked) if (isLeaving) leave();
    await pause(50);
    letGo();
    const texts = await Promise.all(asked.map(({ text }) => text));

    expect(texts).toEqual(asked.map(({ leaves: isLeaving }) => (isLeaving ? "left" : "1")));
    expect(origin.seen).toHaveLength(1);
  });
});

describe("a client that reads slowly", () => {
  const size = 4 << 20;

  it("of what is too long to be stored holds up neither its source's memory nor others", async () => {
    await using origin = await startOrigin((_request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60" }).end(Buffer.alloc(size));
    });
    await using app = await startCached(proxyYaml(origin));
    const slow = request(`${app.url}/a`, { agent: false }).end();
    const [response] = await once(slow, "response");

    const others = await Promise.all(Array.from({ length: 5 }, () => ask(`${app.url}/a`)));
    const lengths = await Promise.all(others.map(async (one) => (await one.arrayBuffer()).byteLength));
    let got = 0;
    for await (const chunk of response) got += chunk.length;

    expect(lengths).toEqual(Array.from({ length: 5 }, () => size));
    expect(got).toBe(size);
  });

  it("of what is stored gets all of it, also when that is thrown away meanwhile", async () => {
    const body = Buffer.alloc(size, "ab");
    await using origin = await startOrigin((_request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60" }).end(body);
    });
    await using app = await startCached(proxyYaml(origin, { cache: "{ max_entry: 16MB, max_size: 32MB }" }));
    await told(await ask(`${app.url}/a`));
    const slow = request(`${app.url}/a`, { agent: false }).end();
    const [response] = await once(slow, "response");

    await app.fetch("/a", { method: "PUT" });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response) chunks.push(chunk);

    expect(response.headers["cache-status"]).toContain("hit");
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  });
});
