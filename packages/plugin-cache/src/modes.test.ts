import { describe, expect, it } from "@jest/globals";
import { ask as askPlainly, startCached, told } from "../test/cache-rig.ts";

const yaml = (options: string, endpoint: string): string =>
  [
    "name: shop",
    `plugins: { cache: ${options} }`,
    "endpoints:",
    `  users: { path: "/users/{id}", methods: [GET, PUT], cache: ${endpoint}, mock: { status: 200, body: { id: "\${path.id}", at: "\${uuid()}" } } }`,
    `  other: { path: /other, mock: { body: { at: "\${uuid()}" } } }`,
  ].join("\n");

describe("answers of other modes", () => {
  it("are kept for the ttl of their endpoint and get an ETag", async () => {
    await using app = await startCached(yaml("{}", "300"));

    const first = await app.fetch("/users/1");
    const second = await app.fetch("/users/1");
    const other = await app.fetch("/users/2");
    const same = await askPlainly(`${app.url}/users/1`, {
      headers: { "if-none-match": first.headers.get("etag") ?? "" },
    });

    expect(first.headers.get("etag")).toMatch(/^"[\w-]{27}"$/);
    expect(await second.text()).toBe(await first.text());
    expect(await other.json()).toMatchObject({ id: "2" });
    expect(same.status).toBe(304);
    expect(second.headers.get("content-type")).toBe("application/json");
  });

  it("that say nothing are not kept where the configuration says nothing", async () => {
    await using app = await startCached(yaml("{}", "true"));

    expect((await told(await app.fetch("/users/1"))).body).not.toBe((await told(await app.fetch("/users/1"))).body);
  });

  it("are kept for default_ttl, and not where the endpoint says false", async () => {
    await using app = await startCached(yaml("{ default_ttl: 1m }", "false"));

    expect((await told(await app.fetch("/other"))).body).toBe((await told(await app.fetch("/other"))).body);
    expect(await told(await app.fetch("/users/1"))).toMatchObject({ cache: "" });
  });

  it("are thrown away with the endpoint they are of, and kept over a reload that does not change it", async () => {
    const text = yaml("{}", "300");
    await using app = await startCached(text);
    const first = await told(await app.fetch("/users/1"));

    app.write("backworks.yaml", text.replace("path: /other", "path: /another"));
    await app.reload();
    const kept = await told(await app.fetch("/users/1"));
    app.write("backworks.yaml", text.replace("status: 200", "status: 203"));
    await app.reload();
    const changed = await told(await app.fetch("/users/1"));

    expect(kept.body).toBe(first.body);
    expect(changed.status).toBe(203);
  });

  it("are thrown away by tags, with path parameters in them", async () => {
    await using app = await startCached(
      yaml(
        '{ purge: { token: "0123456789abcdef" } }',
        '{ ttl: 300, tags: [users, "user-{id}"], purges: ["user-{id}"] }',
      ),
    );
    const ask = async (id: number) => (await told(await app.fetch(`/users/${id}`))).body;
    const purge = async (query: string, token = "0123456789abcdef") =>
      app.fetch(`/_cache?${query}`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
    const before = [await ask(1), await ask(2)];

    await app.fetch("/users/1", { method: "PUT" });
    const afterPut = [await ask(1), await ask(2)];
    expect((await purge("tag=user-2")).status).toBe(204);
    const afterTag = [await ask(1), await ask(2)];
    expect((await purge("url=/users/1")).status).toBe(204);
    const afterUrl = [await ask(1), await ask(2)];
    expect((await purge("tag=users")).status).toBe(204);
    const afterAll = [await ask(1), await ask(2)];

    expect(afterPut.map((body, index) => body === before[index])).toEqual([false, true]);
    expect(afterTag.map((body, index) => body === afterPut[index])).toEqual([true, false]);
    expect(afterUrl.map((body, index) => body === afterTag[index])).toEqual([false, true]);
    expect(afterAll.map((body, index) => body === afterUrl[index])).toEqual([false, false]);
    expect((await purge("tag=users", "wrong-wrong-wrong")).status).toBe(401);
    expect((await purge("tags=users")).status).toBe(400);
  });

  it("count what happens", async () => {
    await using app = await startCached(yaml("{}", "300"));

    await app.fetch("/users/1");
    await app.fetch("/users/1");
    await app.fetch("/users/1", { headers: { cookie: "a=b" } });

    expect((await app.plugins.metrics())["cache"]?.own).toMatchObject({
      hits: 1,
      misses: 1,
      stored: 1,
      bypassed: 1,
      entries: 1,
    });
    expect((await app.plugins.health())[0]).toMatchObject({ name: "cache", status: "healthy" });
  });

  it.each([
    ["{ type: redis }", "true", "needs the key url"],
    ["{ url: redis://x }", "true", "is for type: redis only"],
    ["{ max_size: 5 }", "true", "must be a size"],
    ["{ default_ttl: soon }", "true", "must be a duration"],
    ["{ cache_status: a b }", "true", "must be one word"],
    ["{ purge: { token: short } }", "true", "16"],
    ["{}", "{ vary: [a b] }", "must be the name of a header field"],
    ["{}", "{ tags: ['a,b'] }", "must be a word"],
    ["{}", "{ tll: 5 }", "tll"],
  ])("a configuration with %s and %s is refused", async (options, endpoint, problem) => {
    const starting = startCached(yaml(options, endpoint));

    await expect(starting).rejects.toMatchObject({ errors: [{ message: expect.stringContaining(problem) }] });
  });
});
