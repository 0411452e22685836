import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";

/** An origin that answers by everything it is told, and says of nothing that it counts. */
const credulous = (fields: Record<string, string> = { "cache-control": "max-age=60" }) =>
  startOrigin((request, response) => {
    const { host: _host, connection: _connection, via: _via, ...headers } = request.headers;
    response.writeHead(200, { ...fields, "content-type": "text/plain" });
    response.end(JSON.stringify({ url: request.url, ...headers }));
  });

describe("what is no part of the key", () => {
  it.each([
    "x-forwarded-host",
    "x-forwarded-scheme",
    "x-original-url",
    "x-rewrite-url",
    "x-http-method-override",
    "x-host",
    "x-evil",
    "forwarded",
  ])("never reaches the source: %s", async (name) => {
    await using origin = await credulous();
    await using app = await startCached(proxyYaml(origin));

    const poison = await told(await app.fetch("/a", { headers: { [name]: "evil.example" } }));
    const victim = await told(await app.fetch("/a"));

    expect(victim.cache).toContain("hit");
    expect(poison.body).not.toContain("evil");
    expect(victim.body).not.toContain("evil");
  });

  it.each(["user-agent", "accept-language", "referer", "origin"])(
    "is in no stored answer, though it reaches a source that says how long its answers hold: %s",
    async (name) => {
      await using origin = await credulous();
      await using app = await startCached(proxyYaml(origin));

      const poison = await told(await app.fetch("/a", { headers: { [name]: "evil.example" } }));
      const victim = await told(await app.fetch("/a"));

      expect(poison.body).toContain("evil");
      expect(victim.body).not.toContain("evil");
    },
  );

  it.each([
    ["trust_vary says so", "{ trust_vary: false }", "true"],
    ["the configuration says how long they hold", "{}", "{ ttl: 60 }"],
  ])("never reaches the source when %s", async (_when, cache, endpoint) => {
    await using origin = await credulous();
    await using app = await startCached(proxyYaml(origin, { cache, endpoint }));
    const headers = { "user-agent": "evil.example", "accept-language": "evil", "own-field": "evil" };

    const poison = await told(await app.fetch("/a", { headers }));
    const victim = await told(await app.fetch("/a"));

    expect(victim.cache).toContain("hit");
    expect(poison.body + victim.body).not.toContain("evil");
  });

  it("reaches it where the configuration says that it does no harm", async () => {
    await using origin = await credulous();
    await using app = await startCached(proxyYaml(origin, { endpoint: "{ forward: [X-Trace] }" }));

    expect((await told(await app.fetch("/a", { headers: { "x-trace": "t1" } }))).body).toContain("t1");
    expect((await told(await app.fetch("/a", { headers: { "x-trace": "t2" } }))).body).toContain("t1");
  });
});

describe("who says who they are", () => {
  it.each([
    ["cookie", "sid=1"],
    ["authorization", "Bearer a"],
    ["x-api-key", "secret-k"],
    ["x-auth-token", "secret-t"],
  ])("by %s goes past the cache, and leaves nothing in it", async (name, value) => {
    await using origin = await credulous();
    await using app = await startCached(proxyYaml(origin));

    const own = await told(await app.fetch("/a", { headers: { [name]: value } }));
    const other = await told(await app.fetch("/a"));
    const again = await told(await app.fetch("/a", { headers: { [name]: value } }));

    expect(own).toMatchObject({ cache: expect.stringContaining("fwd=bypass"), body: expect.stringContaining(value) });
    expect(other).toMatchObject({
      cache: expect.stringContaining("uri-miss"),
      body: expect.not.stringContaining(value),
    });
    expect(again).toMatchObject({ cache: expect.stringContaining("fwd=bypass") });
  });

  it("has answers of their own where the key says so", async () => {
    await using origin = await credulous();
    await using app = await startCached(proxyYaml(origin, { endpoint: "{ vary: [Authorization] }" }));
    const ask = async (who: string) => told(await app.fetch("/a", { headers: { authorization: who } }));

    await ask("one");

    expect(await ask("one")).toMatchObject({
      cache: expect.stringContaining("hit"),
      body: expect.stringContaining('"one"'),
    });
    expect(await ask("two")).toMatchObject({
      cache: expect.stringContaining("miss"),
      body: expect.stringContaining('"two"'),
    });
  });

  it("is answered as nobody where the configuration ignores it", async () => {
    await using origin = await credulous();
    await using app = await startCached(proxyYaml(origin, { endpoint: "{ ignore: [Cookie] }" }));

    const answer = await told(await app.fetch("/a", { headers: { cookie: "sid=1" } }));

    expect(answer.body).not.toContain("sid");
    expect(await told(await app.fetch("/a"))).toMatchObject({ cache: expect.stringContaining("hit") });
  });

  it("gets fields that are theirs alone, and nobody else does", async () => {
    await using origin = await credulous({
      "cache-control": 'max-age=60, private="x-own, set-cookie"',
      "x-own": "1",
      "set-cookie": "a=b",
    });
    await using app = await startCached(proxyYaml(origin));

    const first = await app.fetch("/a");
    const second = await app.fetch("/a");

    expect([first.headers.get("x-own"), first.headers.get("set-cookie")]).toEqual(["1", "a=b"]);
    expect([second.headers.get("x-own"), second.headers.get("set-cookie")]).toEqual([null, null]);
    expect(second.headers.get("cache-status")).toContain("hit");
  });

  it("is not refused what a source gives who it knows by a field of its own", async () => {
    await using origin = await startOrigin((request, response) => {
      response
        .writeHead(request.headers["x-who"] === undefined ? 401 : 200, { "cache-control": "max-age=60" })
        .end("x");
    });
    await using app = await startCached(proxyYaml(origin));

    expect((await app.fetch("/a", { headers: { "x-who": "me" } })).status).toBe(200);
    expect((await app.fetch("/a")).status).toBe(401);
  });
});

describe("fields that an answer depends on", () => {
  it("are learnt from Vary, and told apart", async () => {
    await using origin = await startOrigin((request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60", vary: "X-Plan" }).end(String(request.headers["x-plan"]));
    });
    await using app = await startCached(proxyYaml(origin));
    const ask = async (plan?: string) =>
      told(await app.fetch("/a", plan === undefined ? {} : { headers: { "x-plan": plan } }));

    expect(await ask("gold")).toMatchObject({ body: "gold" });
    expect(await ask("lead")).toMatchObject({ body: "lead", cache: expect.stringContaining("vary-miss") });
    expect(await ask()).toMatchObject({ body: "undefined" });
    expect(await ask("gold")).toMatchObject({ body: "gold", cache: expect.stringContaining("hit") });
    expect(await ask()).toMatchObject({ body: "undefined", cache: expect.stringContaining("hit") });
  });

  it("are told apart among those who wait for the same", async () => {
    await using origin = await startOrigin((request, response) => {
      setTimeout(
        () =>
          response
            .writeHead(200, { "cache-control": "max-age=60", vary: "X-Plan" })
            .end(String(request.headers["x-plan"])),
        20,
      );
    });
    await using app = await startCached(proxyYaml(origin));
    const plans = Array.from({ length: 30 }, (_, index) => `p${index % 3}`);

    const answers = await Promise.all(plans.map((plan) => app.fetch("/a", { headers: { "x-plan": plan } }).then(told)));

    expect(answers.map(({ body }) => body)).toEqual(plans);
  });
});

describe("any sequence of requests of any users", () => {
  const user = fc.constantFrom("ann", "bob", "eve", undefined);
  const request = fc.record({
    user,
    path: fc.constantFrom("/me", "/me.css", "/public", "/vary"),
    by: fc.constantFrom("cookie", "authorization", "x-api-key", "x-user"),
  });

  it("gives nobody the answer of another", async () => {
    await using origin = await startOrigin((incoming, response) => {
      const { cookie, authorization, "x-api-key": key, "x-user": named } = incoming.headers;
      const who = String(cookie ?? authorization ?? key ?? named ?? "nobody");
      const own = incoming.url !== "/public" && who !== "nobody";
      const control = incoming.url === "/vary" ? { vary: "Cookie, Authorization, X-API-Key, X-User" } : {};
      response.writeHead(200, {
        "cache-control": own && incoming.url !== "/vary" ? "private" : "max-age=60",
        ...control,
      });
      response.end(incoming.url === "/public" ? "public" : who);
    });
    await using app = await startCached(proxyYaml(origin));

    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
        const answers = await Promise.all(
          requests.map(async (asked) =>
            (
              await app.fetch(asked.path, asked.user === undefined ? {} : { headers: { [asked.by]: asked.user } })
            ).text(),
          ),
        );
        for (const [index, { user: who, path, by }] of requests.entries()) {
          // Without a word of the answer, nobody knows that a field of one's own making says who asks.
          const expected =
            path === "/public"
              ? ["public"]
              : by === "x-user" && path !== "/vary"
                ? [who ?? "nobody", "nobody"]
                : [who ?? "nobody"];
          expect(expected).toContain(answers[index]);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
