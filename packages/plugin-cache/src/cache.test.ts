import { describe, expect, it } from "@jest/globals";
import { ask as askPlainly, counting, proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";

describe("a cached answer", () => {
  it("is used as long as it is fresh, and asked for again when it is not", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10" }));
    await using app = await startCached(proxyYaml(origin));

    const first = await told(await app.fetch("/a"));
    await app.clock.advance(4000);
    const second = await told(await app.fetch("/a"));
    await app.clock.advance(7000);
    const third = await told(await app.fetch("/a"));

    expect(first).toMatchObject({ body: "1", cache: "Backworks; fwd=uri-miss; fwd-status=200; stored" });
    expect(second).toMatchObject({ body: "1", age: "4", cache: "Backworks; hit; ttl=6" });
    expect(third).toMatchObject({ body: "2" });
  });

  it("is of one spelling of the URL, and of one host", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10" }));
    await using app = await startCached(proxyYaml(origin, { endpoint: "{ query: { ignore: [utm_*], sort: true } }" }));

    const bodies = [];
    for (const path of ["/%7Ea?x=1&y=2", "/~a?y=2&x=1&utm_source=z", "/~a?x=1", "/~A?x=1&y=2"]) {
      bodies.push((await told(await app.fetch(path))).body);
    }

    expect(bodies).toEqual(["1", "1", "2", "3"]);
    expect(origin.seen[0]?.url).toBe("/~a?x=1&y=2");
  });

  it("is validated, renewed by a 304, and replaced by a 200", async () => {
    await using origin = await startOrigin((request, response) => {
      const same = request.headers["if-none-match"] === '"v1"' && origin.seen.length < 3;
      response.writeHead(same ? 304 : 200, {
        "cache-control": "max-age=1",
        etag: same ? '"v1"' : `"v${origin.seen.length}"`,
        "x-n": String(origin.seen.length),
      });
      response.end(same ? undefined : `body ${origin.seen.length}`);
    });
    await using app = await startCached(proxyYaml(origin));
    const ask = async () => {
      const response = await app.fetch("/a");
      return { n: response.headers.get("x-n"), ...(await told(response)) };
    };

    const first = await ask();
    await app.clock.advance(1500);
    const renewed = await ask();
    const hit = await ask();
    await app.clock.advance(1500);
    const replaced = await ask();

    expect([first.body, renewed.body, hit.body, replaced.body]).toEqual(["body 1", "body 1", "body 1", "body 3"]);
    expect([renewed.n, hit.n]).toEqual(["2", "2"]);
    expect(renewed.cache).toBe("Backworks; fwd=stale; fwd-status=304; stored");
    expect(hit.cache).toContain("hit");
  });

  it("answers conditions, ranges and HEAD by itself", async () => {
    await using origin = await startOrigin((_request, response) => {
      response
        .writeHead(200, { "cache-control": "max-age=10", etag: '"v"', "content-type": "text/x" })
        .end("0123456789");
    });
    await using app = await startCached(proxyYaml(origin));
    await told(await app.fetch("/a"));

    const same = await askPlainly(`${app.url}/a`, { headers: { "if-none-match": '"v"' } });
    const part = await askPlainly(`${app.url}/a`, { headers: { range: "bytes=2-4", "if-range": '"v"' } });
    const none = await askPlainly(`${app.url}/a`, { headers: { range: "bytes=20-" } });
    const head = await app.fetch("/a", { method: "HEAD" });

    expect([same.status, same.headers.get("etag"), same.headers.get("content-type")]).toEqual([304, '"v"', null]);
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 2-4/10", "234"]);
    expect([none.status, none.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
    expect(origin.seen).toHaveLength(1);
  });

  it("is thrown away by what changes its URL, or one that the answer names", async () => {
    await using origin = await startOrigin((request, response) => {
      if (request.method === "GET") counter(request, response);
      else
        response
          .writeHead(Number(request.headers["x-status"] ?? 204), {
            location: "/b",
            "content-location": "http://elsewhere/c",
          })
          .end();
    });
    const counter = counting({ "cache-control": "max-age=10" });
    await using app = await startCached(proxyYaml(origin));
    const ask = async (path: string) => (await told(await app.fetch(path))).body;
    const before = [await ask("/a"), await ask("/b"), await ask("/c")];

    await app.fetch("/a", { method: "PUT", headers: { "x-status": "500" } });
    const failed = [await ask("/a"), await ask("/b"), await ask("/c")];
    await app.fetch("/a", { method: "PUT" });
    const after = [await ask("/a"), await ask("/b"), await ask("/c")];

    expect(failed).toEqual(before);
    expect(after).toEqual(["4", "5", "3"]);
  });

  it("is used past its time while it is asked for anew", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=1, stale-while-revalidate=5" }));
    await using app = await startCached(proxyYaml(origin));
    await told(await app.fetch("/a"));
    await app.clock.advance(3000);

    const stale = await told(await app.fetch("/a"));
    while (origin.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const renewed = await told(await app.fetch("/a"));

    expect(stale).toMatchObject({ body: "1", cache: "Backworks; hit; ttl=-2" });
    expect(renewed).toMatchObject({ body: "2", cache: "Backworks; hit; ttl=1" });
  });

  it.each([
    ["an error", 503],
    ["no answer", 0],
  ])("stands in for %s of its source for a time, and no longer", async (_what, status) => {
    let failing = false;
    await using origin = await startOrigin((_request, response) => {
      if (failing && status === 0) response.destroy();
      else response.writeHead(failing ? status : 200, { "cache-control": "max-age=1, stale-if-error=10" }).end("x");
    });
    await using app = await startCached(proxyYaml(origin));
    await told(await app.fetch("/a"));
    failing = true;

    await app.clock.advance(5000);
    const within = await told(await app.fetch("/a"));
    await app.clock.advance(20_000);
    const beyond = await told(await app.fetch("/a"));

    expect(within).toMatchObject({ status: 200, body: "x", cache: "Backworks; hit; ttl=-4; detail=stale-if-error" });
    expect(beyond.status).toBeGreaterThanOrEqual(500);
  });

  it("is what a request wants (RFC 9111, 5.2.1), unless requests have no say", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10" }));
    await using app = await startCached(proxyYaml(origin));
    await using deaf = await startCached(proxyYaml(origin, { cache: "{ obey_requests: false }" }));
    const ask = async (of: typeof app, field: string) =>
      told(await of.fetch("/a", { headers: { "cache-control": field } }));

    expect(await ask(app, "only-if-cached")).toMatchObject({
      status: 504,
      body: expect.stringContaining("BW_CACHE_ONLY"),
    });
    expect(await ask(app, "max-age=5")).toMatchObject({ body: "1" });
    expect(await ask(app, "only-if-cached")).toMatchObject({ body: "1" });
    expect(await ask(app, "no-cache")).toMatchObject({ body: "2", cache: expect.stringContaining("fwd=request") });
    expect(await ask(app, "no-store")).toMatchObject({ body: "3", cache: expect.stringContaining("fwd=bypass") });
    expect(await ask(deaf, "no-cache")).toMatchObject({ body: "4" });
    expect(await ask(deaf, "no-cache")).toMatchObject({ body: "4" });
  });
});

describe("many requests at once", () => {
  it("that miss the same are one request to the source", async () => {
    const waiting: (() => void)[] = [];
    await using origin = await startOrigin((_request, response) => {
      waiting.push(() => response.writeHead(200, { "cache-control": "max-age=10" }).end("x"));
    });
    await using app = await startCached(proxyYaml(origin, { cache: "{ max_entry: 1KB }" }));

    const asking = Array.from({ length: 500 }, () => app.fetch("/a").then(told));
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const answer of waiting) answer();
    const answers = await Promise.all(asking);

    expect(origin.seen).toHaveLength(1);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(["200 x"]));
  });

  it("get an answer each when it turns out to be for one", async () => {
    let count = 0;
    await using origin = await startOrigin((_request, response) => {
      count += 1;
      setTimeout(() => response.writeHead(200, { "cache-control": "private, max-age=10" }).end(String(count)), 20);
    });
    await using app = await startCached(proxyYaml(origin));

    const answers = await Promise.all(Array.from({ length: 5 }, () => app.fetch("/a").then(told)));

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(origin.seen.length).toBeGreaterThanOrEqual(5);
  });

  it("end with the last client that waits", async () => {
    const state = { closed: false };
    await using origin = await startOrigin((request) => void request.once("close", () => (state.closed = true)));
    await using app = await startCached(proxyYaml(origin));
    const [first, second] = [new AbortController(), new AbortController()];

    const asking = [first, second].map(({ signal }) => app.fetch("/a", { signal }).catch(() => "left"));
    while (origin.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    first.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const whileOneWaits = state.closed;
    second.abort();
    await Promise.all(asking);
    while (!state.closed) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(whileOneWaits).toBe(false);
  });
});

describe("a body", () => {
  it("that is longer than is stored passes through whole", async () => {
    const text = "x".repeat(300_000);
    await using origin = await startOrigin((_request, response) =>
      response.writeHead(200, { "cache-control": "max-age=10" }).end(text),
    );
    await using app = await startCached(proxyYaml(origin, { cache: "{ max_entry: 1KB }" }));

    expect((await told(await app.fetch("/a"))).body).toBe(text);
    expect((await told(await app.fetch("/a"))).body).toBe(text);
    expect(origin.seen).toHaveLength(2);
  });

  it("that breaks off is not stored and does not look whole", async () => {
    await using origin = await startOrigin((_request, response) => {
      response.writeHead(200, { "cache-control": "max-age=10", "content-length": "100" });
      response.write("half");
      setTimeout(() => response.destroy(), 10);
    });
    await using app = await startCached(proxyYaml(origin));

    const asking = async () => (await app.fetch("/a")).text();

    await expect(asking()).rejects.toThrow(/terminated|fetch failed/);
    await expect(asking()).rejects.toThrow(/terminated|fetch failed/);
    expect(origin.seen.length).toBeGreaterThanOrEqual(2);
  });
});
