import { describe, expect, it } from "@jest/globals";
import type { StartedApp } from "@backworks/core/testing";
import database from "@backworks/mode-database";
import proxy from "@backworks/mode-proxy";
import { ask as askPlainly, startCached, told } from "../test/cache-rig.ts";

const yaml = (options: string, endpoint: string): string =>
  [
    "name: shop",
    `plugins: { cache: ${options} }`,
    "endpoints:",
    `  users: { path: "/users/{id}", methods: [GET, PUT], cache: ${endpoint}, mock: { status: 200, body: { id: "\${path.id}", at: "\${uuid()}" } } }`,
    `  other: { path: /other, mock: { body: { at: "\${uuid()}" } } }`,
  ].join("\n");

/** An endpoint of each mode that answers otherwise each time. */
const everyMode: readonly (readonly [string, string])[] = [
  ["mock", `mock: { body: { at: "\${uuid()}" } }`],
  ["runtime", `runtime: { handler: ./at.mjs }`],
  ["database", `database: { query: "SELECT random() AS at" }`],
  ["hybrid", `mode: hybrid, hybrid: { handle: { GET: runtime } }, runtime: { handler: ./at.mjs }`],
];

const files = { "at.mjs": "export default () => ({ at: Math.random() });" };

const yamlOf = (endpoint: string, options = "{}"): string =>
  [
    "name: shop",
    `plugins: { cache: ${options} }`,
    'databases: { main: { type: sqlite, file_path: ":memory:" } }',
    "endpoints:",
    `  at: { path: "/at/{id}", cache: { ttl: 300, tags: ["at-{id}"] }, ${endpoint} }`,
    "  other: { path: /other, mock: { body: 1 } }",
  ].join("\n");

describe.each(everyMode)("answers of mode %s", (_mode, endpoint) => {
  it("are used again, told by their ETag, thrown away by tag, and outlive a reload that does not change them", async () => {
    const token = "0123456789abcdef";
    const text = yamlOf(endpoint, `{ purge: { token: "${token}" } }`);
    await using app = await startCached(text, { modes: [proxy, database], files });
    const bodyOf = async () => (await told(await app.fetch("/at/1"))).body;

    const first = await app.fetch("/at/1");
    const made = await first.text();
    const again = await told(await app.fetch("/at/1"));
    const same = await askPlainly(`${app.url}/at/1`, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    app.write("backworks.yaml", text.replace("path: /other", "path: /another"));
    await app.reload();
    const kept = await bodyOf();
    const headers = { authorization: `Bearer ${token}` };
    const purged = await app.fetch("/_cache?tag=at-1", { method: "DELETE", headers });
    const anew = await bodyOf();

    expect(again).toMatchObject({ body: made, cache: "Backworks; hit; ttl=300" });
    expect(same.status).toBe(304);
    expect(kept).toBe(made);
    expect(purged.status).toBe(204);
    expect(anew).not.toBe(made);
  });
});

describe("an endpoint whose answers mean something else", () => {
  it.each<[string, string, (app: StartedApp) => void]>([
    [
      "by another query",
      `database: { query: "SELECT 'old' AS at" }`,
      (app) => app.write("backworks.yaml", yamlOf(`database: { query: "SELECT 'new' AS at" }`)),
    ],
    [
      "by another mode",
      "mock: { body: old }",
      (app) => app.write("backworks.yaml", yamlOf("runtime: { handler: ./new.mjs }")),
    ],
    [
      "by another text of its handler",
      "runtime: { handler: ./old.mjs }",
      (app) => app.write("old.mjs", 'export default () => "new"'),
    ],
  ])("%s serves none of before", async (_how, endpoint, edit) => {
    await using app = await startCached(yamlOf(endpoint), {
      modes: [proxy, database],
      files: { "old.mjs": 'export default () => "old"', "new.mjs": 'export default () => "new"' },
    });
    const before = await told(await app.fetch("/at/1"));

    edit(app);
    await app.reload();
    const after = await told(await app.fetch("/at/1"));

    expect(before.body).toContain("old");
    expect(after).toMatchObject({ body: expect.stringContaining("new"), cache: expect.stringContaining("uri-miss") });
  });
});

describe("a cache that is switched off", () => {
  it("leaves no trace, whatever endpoints say of theirs", async () => {
    await using app = await startCached(yamlOf("mock: { body: { at: 1 } }", "{ enabled: false }"), {
      modes: [proxy, database],
    });

    const answer = await app.fetch("/at/1");

    expect([answer.headers.get("cache-status"), answer.headers.get("etag")]).toEqual([null, null]);
    expect(await app.plugins.health()).toEqual([]);
  });
});

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

  it("are thrown away by URL in any spelling that their endpoint takes for the same", async () => {
    await using app = await startCached(
      yaml('{ purge: { token: "0123456789abcdef" } }', "{ ttl: 300, query: { ignore: [utm_*], sort: true } }"),
    );
    const ask = async () => (await told(await app.fetch("/users/1?a=1&b=2"))).body;
    const before = await ask();

    const url = encodeURIComponent("/users/%31?utm_x=1&b=2&a=1");
    const purged = await app.fetch(`/_cache?url=${url}`, {
      method: "DELETE",
      headers: { authorization: "Bearer 0123456789abcdef" },
    });

    expect(purged.status).toBe(204);
    expect(await ask()).not.toBe(before);
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
