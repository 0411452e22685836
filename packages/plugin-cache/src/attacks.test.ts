import { once } from "node:events";
import { request } from "node:http";
import type { RequestOptions } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { ask, counting, proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";
import type { Answer } from "../test/cache-rig.ts";

/** Tells what of a request it got, by a field and in its body. */
const telling: Answer = (incoming, response) => {
  const { host, "x-evil": told = "none", "accept-language": language = "none" } = incoming.headers;
  response.writeHead(200, { "cache-control": "max-age=10", "x-told": String(told) });
  response.end(incoming.method === "HEAD" ? undefined : `${incoming.url} ${host} ${language}`);
};

/** Sends a request as it is; the text that comes. */
async function send(url: string, { body, ...options }: RequestOptions & { readonly body?: string }): Promise<string> {
  const sent = request(url, { agent: false, ...options });
  sent.end(body);
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return text;
}

describe("a stored answer", () => {
  it("is not changed by a HEAD that says more than counts, and is renewed by its answer", async () => {
    await using origin = await startOrigin(telling);
    await using app = await startCached(proxyYaml(origin));
    await told(await app.fetch("/a"));
    await app.clock.advance(8000);

    await app.fetch("/a", { method: "HEAD", headers: { "x-evil": "1", "cache-control": "no-cache" } });
    await app.clock.advance(8000);
    const after = await app.fetch("/a");

    expect(after.headers.get("cache-status")).toBe("Backworks; hit; ttl=2");
    expect(after.headers.get("x-told")).toBe("none");
    expect(origin.seen.map(({ method }) => method)).toEqual(["GET", "HEAD"]);
  });

  it("is not made by a GET with a body", async () => {
    await using origin = await startOrigin((incoming, response) => {
      let text = "";
      incoming.on("data", (chunk) => (text += chunk));
      incoming.on("end", () => response.writeHead(200, { "cache-control": "max-age=10" }).end(`body: ${text}`));
    });
    await using app = await startCached(proxyYaml(origin));

    const fat = await send(`${app.url}/a`, { headers: { "content-length": "4" }, body: "evil" });
    const chunked = await send(`${app.url}/a`, { headers: { "transfer-encoding": "chunked" }, body: "evil" });

    expect(await told(await app.fetch("/a"))).toMatchObject({ body: "body: ", cache: expect.stringContaining("miss") });
    expect([fat, chunked]).toEqual(["body: evil", "body: evil"]);
  });

  it("does not repeat how somebody wrote the host", async () => {
    await using origin = await startOrigin(telling);
    await using app = await startCached(
      proxyYaml(origin).replace(`"${origin.url}"`, `{ target: "${origin.url}", preserve_host: true }`),
    );

    await send(`${app.url}/a`, { headers: { host: "Shop.EXAMPLE" } });
    const victim = await ask(`${app.url}/a`, { headers: { host: "shop.example" } });

    expect(victim.headers.get("cache-status")).toContain("hit");
    expect(await victim.text()).toBe("/a shop.example none");
  });

  it("is of a field that the handler was told, whatever Connection says of it", async () => {
    await using origin = await startOrigin((incoming, response) => {
      response.setHeader("vary", "Accept-Language");
      telling(incoming, response);
    });
    await using app = await startCached(proxyYaml(origin));
    const headers = { host: "shop", "accept-language": "de" };

    await send(`${app.url}/a`, { headers: { ...headers, connection: "accept-language" } });

    expect(await send(`${app.url}/a`, { headers })).toMatch(/ de$/);
  });

  it.each([
    ["/a/b", "/a%2fb"],
    ["/a/b", "/a%5cb"],
    ["/a", "/a/"],
    ["/a", "/a;x"],
    ["/a", "/a%00"],
    ["/a", "/a%3Fx"],
    ["/a?x=1", "/a%3Fx=1"],
    ["/a?x=1&y=2", "/a?y=2&x=1"],
    ["/a?x=1&x=2", "/a?x=2&x=1"],
    ["/a?x=1", "/a?x=1&"],
    ["/a?x=a+b", "/a?x=a%2Bb"],
    ["/a?x=1&y=2", "/a?x=1;y=2"],
    ["/a", "/A"],
    ["/a", "//a"],
  ])("of %s is not that of %s", async (left, right) => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10" }));
    await using app = await startCached(proxyYaml(origin));

    const first = await ask(`${app.url}${left}`);
    const second = await ask(`${app.url}${right}`);

    expect(second.headers.get("cache-status") ?? "").not.toContain("hit");
    expect(await second.text()).not.toBe(await first.text());
  });

  it("is not one that is for one, whatever its URL looks like", async () => {
    await using origin = await startOrigin((incoming, response) => {
      response.writeHead(200, { "cache-control": "private, max-age=60" }).end(String(incoming.headers["x-user"]));
    });
    await using app = await startCached(proxyYaml(origin));
    const paths = ["/me", "/me/x.css", "/me%20x.css", "/me;x.js", "/me?x.png"];

    for (const path of paths) await told(await app.fetch(path, { headers: { "x-user": "ann" } }));

    for (const path of paths) expect((await told(await app.fetch(path))).body).toBe("undefined");
  });

  it("is a whole or a part by itself, and never longer than a range that was asked for", async () => {
    await using origin = await startOrigin((incoming, response) => {
      const isPart = incoming.headers.range === "bytes=0-1";
      const part = { "content-range": "bytes 0-1/10" };
      response.writeHead(isPart ? 206 : 200, { "cache-control": "max-age=10", ...(isPart ? part : {}) });
      response.end(isPart ? "01" : "0123456789");
    });
    await using app = await startCached(proxyYaml(origin));
    const range = async (field: string) => {
      const response = await ask(`${app.url}/a`, { headers: { range: field } });
      return `${response.status} ${await response.text()}`;
    };

    const first = await range("bytes=0-1");
    const whole = await send(`${app.url}/a`, {});

    expect([first, whole]).toEqual(["206 01", "0123456789"]);
    expect(await range("bytes=0-0,2-2,4-4,6-6")).toBe("200 0123456789");
    expect(await range("bytes=5-2")).toBe("200 0123456789");
    expect(await range("bytes=9-99999999999999999999")).toBe("206 9");
    expect(await range("bytes=99999999999999999999-")).toBe("416 ");
  });
});

describe("a source that says an answer depends on very much", () => {
  it("is asked twice at most, and answers each by itself", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `X-${index}`);
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10", vary: names.join(", ") }));
    await using app = await startCached(proxyYaml(origin));
    const headers = Object.fromEntries(names.map((name) => [name, "1"]));

    const first = await told(await app.fetch("/a", { headers }));
    const asked = origin.seen.length;
    const second = await told(await app.fetch("/a", { headers }));

    expect(first).toMatchObject({ status: 200, body: String(asked) });
    expect(asked).toBeLessThanOrEqual(2);
    expect(second.cache).not.toContain("hit");
    expect((await app.plugins.metrics())["cache"]?.own).toMatchObject({ entries: 0 });
  });

  it("takes no more memory than there is for it, by however many fields answers differ", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10", vary: "X-Any" }));
    await using app = await startCached(proxyYaml(origin, { cache: "{ max_size: 16KB }" }));

    for (let index = 0; index < 100; index += 1) await app.fetch("/a", { headers: { "x-any": String(index) } });

    expect((await app.plugins.metrics())["cache"]?.own?.["bytes"]).toBeLessThanOrEqual(16_384);
  });
});

describe("an answer that is too long to be stored", () => {
  it.each([
    ["says so", { "content-length": String(64 << 20) }],
    ["does not say so", {}],
  ])("and %s goes through as fast as its client reads", async (_how, fields) => {
    const sent = { bytes: 0, done: false };
    await using origin = await startOrigin(async (_incoming, response) => {
      response.on("error", () => {});
      response.writeHead(200, { "cache-control": "max-age=10", ...fields });
      const chunk = Buffer.alloc(1 << 16);
      while (sent.bytes < 64 << 20 && !response.destroyed) {
        sent.bytes += chunk.length;
        if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
      }
      response.end(() => (sent.done = true));
    });
    await using app = await startCached(proxyYaml(origin));

    const asking = request(`${app.url}/a`, { agent: false }).end();
    const [response] = await once(asking, "response");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const heldBytes = sent.bytes;
    let gotBytes = 0;
    for await (const chunk of response) gotBytes += chunk.length;

    expect(heldBytes).toBeLessThan(24 << 20);
    expect(gotBytes).toBe(64 << 20);
    expect((await app.plugins.metrics())["cache"]?.own).toMatchObject({ entries: 0 });
  });
});

describe("a tag that a request has a say in", () => {
  it.each(["*", "endpoint:all"])("stands for nothing but itself: %s", async (named) => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10" }));
    await using app = await startCached(
      proxyYaml(origin, { endpoint: '{ tags: ["{rest}"], purges: ["{rest}"] }' }).replace("/*", "/{rest}"),
    );
    const before = await told(await app.fetch("/b"));

    await app.fetch(`/${encodeURIComponent(named)}`, { method: "PUT" });

    expect((await told(await app.fetch("/b"))).body).toBe(before.body);
  });
});

describe("a part", () => {
  const parts: Answer = (incoming, response) => {
    const [, first = "0", last = "9"] = /^bytes=(\d+)-(\d+)$/.exec(incoming.headers.range ?? "") ?? [];
    const isPart = incoming.headers.range !== undefined;
    const fields = { "cache-control": "max-age=10", etag: '"v"' };
    response.writeHead(
      isPart ? 206 : 200,
      isPart ? { ...fields, "content-range": `bytes ${first}-${last}/10` } : fields,
    );
    response.end("0123456789".slice(Number(first), Number(last) + 1));
  };

  it("is stored by itself, and used for who asks for the same, until the whole is there", async () => {
    await using origin = await startOrigin(parts);
    await using app = await startCached(proxyYaml(origin));
    const range = async (field: string) => {
      const response = await ask(`${app.url}/a`, { headers: { range: field } });
      return `${response.status} ${response.headers.get("content-range")} ${await response.text()}`;
    };

    const answers = [await range("bytes=0-1"), await range("bytes=0-1"), await range("bytes=2-3")];
    const asked = origin.seen.length;
    const whole = await send(`${app.url}/a`, {});
    const ofWhole = await range("bytes=4-5");

    expect(answers).toEqual(["206 bytes 0-1/10 01", "206 bytes 0-1/10 01", "206 bytes 2-3/10 23"]);
    expect(asked).toBe(2);
    expect([whole, ofWhole]).toEqual(["0123456789", "206 bytes 4-5/10 45"]);
    expect(origin.seen).toHaveLength(3);
  });

  it("is the whole where its source gives no parts", async () => {
    await using origin = await startOrigin((_incoming, response) => {
      response.writeHead(200, { "cache-control": "max-age=10" }).end("0123456789");
    });
    await using app = await startCached(proxyYaml(origin));

    const first = await ask(`${app.url}/a`, { headers: { range: "bytes=2-3" } });
    const whole = await ask(`${app.url}/a`);

    expect(`${first.status} ${await first.text()}`).toBe("206 23");
    expect(`${whole.headers.get("cache-status")} ${await whole.text()}`).toBe("Backworks; hit; ttl=10 0123456789");
  });

  it.each([
    ["several", { range: "bytes=0-1,3-4" }],
    ["one of a version", { range: "bytes=0-1", "if-range": '"v"' }],
    ["one of another unit", { range: "lines=0-1" }],
  ])("that is asked for as %s is not stored", async (_how, headers) => {
    await using origin = await startOrigin(parts);
    await using app = await startCached(proxyYaml(origin));

    await ask(`${app.url}/a`, { headers });
    await ask(`${app.url}/a`, { headers });

    expect(origin.seen).toHaveLength(2);
  });

  it("is thrown away with its URL, and renewed when its source says that it still holds", async () => {
    await using origin = await startOrigin((incoming, response) => {
      if (incoming.headers["if-none-match"] === '"v"') response.writeHead(304, { "cache-control": "max-age=10" }).end();
      else parts(incoming, response);
    });
    await using app = await startCached(proxyYaml(origin));
    const range = async () => told(await ask(`${app.url}/a`, { headers: { range: "bytes=0-1" } }));
    await range();
    await app.clock.advance(11_000);

    const renewed = await range();
    const hit = await range();
    await app.fetch("/a", { method: "PUT" });
    const anew = await range();

    expect(renewed).toMatchObject({ status: 206, body: "01", cache: expect.stringContaining("fwd-status=304") });
    expect(hit).toMatchObject({ status: 206, body: "01", cache: expect.stringContaining("hit") });
    expect(anew.cache).toContain("fwd=uri-miss");
  });
});
