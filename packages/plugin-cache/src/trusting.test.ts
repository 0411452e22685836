import { describe, expect, it } from "@jest/globals";
import { counting, proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";
import type { Answer } from "../test/cache-rig.ts";

const trusting = { cache: "{ trust_vary: true }" };

/** Says who asked. */
const naming =
  (fields: Record<string, string>): Answer =>
  (request, response) => {
    response.writeHead(200, fields).end(request.headers.authorization ?? request.headers.cookie ?? "nobody");
  };

describe("a source whose answers name what they depend on", () => {
  it.each(["public, max-age=60", "s-maxage=60", "max-age=60, must-revalidate"])(
    "gives everybody what it gave one with Authorization, where it says %s (RFC 9111, 3.5)",
    async (control) => {
      await using origin = await startOrigin(naming({ "cache-control": control }));
      await using app = await startCached(proxyYaml(origin, trusting));

      await told(await app.fetch("/a", { headers: { authorization: "one" } }));

      expect(await told(await app.fetch("/a"))).toMatchObject({ body: "one", cache: expect.stringContaining("hit") });
    },
  );

  it.each(["authorization", "cookie"])("gives nobody else what one got by %s otherwise", async (name) => {
    await using origin = await startOrigin(naming({ "cache-control": "max-age=60" }));
    await using app = await startCached(proxyYaml(origin, trusting));
    const ask = async (who?: string) =>
      (await told(await app.fetch("/a", who === undefined ? {} : { headers: { [name]: who } }))).body;

    const answers = [await ask("one=1"), await ask("two=2"), await ask("one=1"), await ask()];

    expect(answers).toEqual(["one=1", "two=2", "one=1", "nobody"]);
  });

  it("has who says who they are wait for nobody else", async () => {
    await using origin = await startOrigin((request, response) => {
      setTimeout(() => naming({ "cache-control": "max-age=60" })(request, response), 50);
    });
    await using app = await startCached(proxyYaml(origin, trusting));
    const names = Array.from({ length: 30 }, (_, index) => `u${index % 3}`);

    const answers = await Promise.all(
      names.map((authorization) => app.fetch("/a", { headers: { authorization } }).then(told)),
    );

    expect(answers.map(({ body }) => body)).toEqual(names);
  });

  it("answers who has a cookie by what nobody got, unless Vary names the cookie", async () => {
    await using origin = await startOrigin((request, response) => {
      const vary: Record<string, string> = request.url === "/by-cookie" ? { vary: "Cookie" } : {};
      naming({ "cache-control": "max-age=60", ...vary })(request, response);
    });
    await using app = await startCached(proxyYaml(origin, trusting));
    await app.fetch("/same");
    await app.fetch("/by-cookie");
    const headers = { cookie: "sid=1" };

    expect((await told(await app.fetch("/same", { headers }))).body).toBe("nobody");
    expect((await told(await app.fetch("/by-cookie", { headers }))).body).toBe("sid=1");
    expect((await told(await app.fetch("/by-cookie"))).body).toBe("nobody");
  });

  it("validates for one who says who they are, and renews what others get only where it says so", async () => {
    let control = "max-age=1";
    await using origin = await startOrigin((request, response) => {
      const same = request.headers["if-none-match"] === '"v"';
      response.writeHead(same ? 304 : 200, { "cache-control": control, etag: '"v"' }).end(same ? undefined : "x");
    });
    await using app = await startCached(proxyYaml(origin, trusting));
    const authorized = { headers: { authorization: "one" } };
    await told(await app.fetch("/a"));
    await app.clock.advance(2000);

    const own = await told(await app.fetch("/a", authorized));
    const others = await told(await app.fetch("/a"));
    await app.clock.advance(2000);
    control = "public, max-age=10";
    await told(await app.fetch("/a", authorized));
    const renewed = await told(await app.fetch("/a"));

    expect(own).toMatchObject({ status: 200, body: "x", cache: expect.stringContaining("fwd=stale; fwd-status=304") });
    expect(others.cache).toContain("fwd=stale");
    expect(renewed.cache).toContain("hit");
  });

  it.each([
    ["x-forwarded-host", "evil.example"],
    ["x-http-method-override", "DELETE"],
    ["x-original-url", "/admin"],
    ["forwarded", "host=evil.example"],
  ])("is not told %s of a request whose answer many get", async (name, value) => {
    await using origin = await startOrigin((request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60" }).end(JSON.stringify(request.headers));
    });
    await using app = await startCached(proxyYaml(origin, trusting));

    await app.fetch("/a", { headers: { [name]: value, "x-other": "1" } });
    const victim = await told(await app.fetch("/a"));

    expect(victim).toMatchObject({ cache: expect.stringContaining("hit"), body: expect.stringContaining("x-other") });
    expect(victim.body).not.toContain(value);
  });
});

describe("the answer to a POST", () => {
  const posted = (fields: Record<string, string>): Answer => {
    const get = counting({ "cache-control": "max-age=60" });
    return (request, response) => {
      if (request.method === "GET") get(request, response);
      else response.writeHead(200, { "cache-control": "max-age=60", ...fields }).end("posted");
    };
  };
  const post = { method: "POST", body: "x" };

  it("is what GETs get when it says so by its Content-Location (RFC 9110, 9.3.3)", async () => {
    await using origin = await startOrigin(posted({ "content-location": "/a?x=1" }));
    await using app = await startCached(proxyYaml(origin, trusting));
    await told(await app.fetch("/a?x=1"));

    const answer = await told(await app.fetch("/a?x=1", post));

    expect(answer).toMatchObject({ status: 200, body: "posted" });
    expect(await told(await app.fetch("/a?x=1"))).toMatchObject({
      body: "posted",
      cache: expect.stringContaining("hit"),
    });
  });

  it.each<[string, Record<string, string>, Record<string, string>, { cache: string }]>([
    ["names another URL", { "content-location": "/b" }, {}, trusting],
    ["names another host", { "content-location": "http://elsewhere/a" }, {}, trusting],
    ["has no time of its own", { "content-location": "/a", "cache-control": "public" }, {}, trusting],
    ["came by a cookie", { "content-location": "/a" }, { cookie: "sid=1" }, trusting],
    ["depends on who knows what", { "content-location": "/a" }, {}, { cache: "{}" }],
  ])("is for its client alone when it %s", async (...[, fields, headers, options]) => {
    await using origin = await startOrigin(posted(fields));
    await using app = await startCached(proxyYaml(origin, options));

    await told(await app.fetch("/a", { ...post, headers }));

    expect((await told(await app.fetch("/a"))).body).toBe("1");
  });
});
