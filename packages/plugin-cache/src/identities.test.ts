import { describe, expect, it } from "@jest/globals";
import { BackworksError, definePlugin, defineMode, identityOf, setIdentity } from "@backworks/core";
import type { Mode } from "@backworks/core";
import type { StartedApp } from "@backworks/core/testing";
import { z } from "zod";
import { ask, startCached, told } from "../test/cache-rig.ts";
import { cache } from "./plugin.ts";

/** Says who asks, by a field or a cookie that is no secret of its name. */
const who = definePlugin({
  name: "who",
  version: "1.0.0",
  initialize: () => ({
    beforeRequest(exchange) {
      const { headers, cookies } = exchange.request;
      const name = headers["x-user"] ?? headers["authorization"] ?? cookies["user"];
      if (name !== undefined) setIdentity(exchange, { roles: ["reader"], claims: { sub: String(name) } });
    },
  }),
});

/** Answers those it knows with their name, and counts. */
function greeting(): { readonly mode: Mode; readonly asked: string[] } {
  const asked: string[] = [];
  const mode = defineMode({
    name: "greeting",
    description: "Greets who asks",
    endpointKeys: {
      greeting: z.strictObject({ everybody: z.boolean().default(false).describe("Whether strangers are greeted") }),
    },
    open: () => undefined,
    compile({ values }) {
      const { everybody } = values["greeting"] as { readonly everybody: boolean };
      return (exchange) => {
        const name = identityOf(exchange)?.claims["sub"];
        asked.push(typeof name === "string" ? name : "nobody");
        if (name === undefined && !everybody)
          throw new BackworksError("BW_ACCESS_IDENTITY", { action: "read", resource: "it" });
        return { headers: { "content-type": "text/plain" }, body: `hello ${asked.at(-1) ?? ""}` };
      };
    },
  });
  return { mode, asked };
}

async function serve(block: string, everybody = false): Promise<{ app: StartedApp; asked: string[] }> {
  const { mode, asked } = greeting();
  const yaml = `name: x\nplugins: { cache: {}, who: {} }\nendpoints: { me: { path: /me, greeting: { everybody: ${everybody} }, cache: ${block} } }`;
  return { app: await startCached(yaml, { modes: [mode], plugins: [cache, who] }), asked };
}

const get = async (app: StartedApp, headers: Record<string, string> = {}) =>
  told(await ask(`${app.url}/me`, { headers }));

describe("a request of which a plugin knows who sends it", () => {
  it("goes past the cache, whatever it is known by", async () => {
    const { app, asked } = await serve("60s", true);
    await using _app = app;

    const nobody = await get(app);
    const ada = await get(app, { "x-user": "ada" });
    const bob = await get(app, { "x-user": "bob" });
    const again = await get(app);

    expect([nobody.body, ada.body, bob.body, again.body]).toEqual([
      "hello nobody",
      "hello ada",
      "hello bob",
      "hello nobody",
    ]);
    expect(again.cache).toContain("hit");
    expect([ada.cache, bob.cache]).toEqual(Array(2).fill(expect.stringContaining("fwd=bypass")));
    expect(asked).toEqual(["nobody", "ada", "bob"]);
  });

  it("has an answer of its own where the field is part of the key, and its handler knows who asks", async () => {
    const { app, asked } = await serve("{ ttl: 60, vary: [Authorization] }");
    await using _app = app;

    const answers = [];
    for (const name of ["ada", "bob", "ada", "bob"]) answers.push(await get(app, { authorization: name }));

    expect(answers.map(({ body }) => body)).toEqual(["hello ada", "hello bob", "hello ada", "hello bob"]);
    expect(asked).toEqual(["ada", "bob"]);
    expect((await get(app)).status).toBe(401);
  });

  it("is answered as nobody where the field that says so is left out", async () => {
    const { app, asked } = await serve("{ ttl: 60, ignore: [Cookie] }", true);
    await using _app = app;

    const answers = [await get(app, { cookie: "user=ada" }), await get(app, { cookie: "user=bob" })];

    expect(answers.map(({ body }) => body)).toEqual(["hello nobody", "hello nobody"]);
    expect(asked).toEqual(["nobody"]);
  });

  it("is known to a handler whose answers name what they depend on, and shares nothing that is not for all", async () => {
    const { app, asked } = await serve("{ ttl: 60, trust_vary: true }");
    await using _app = app;

    const answers = [];
    for (const name of ["ada", "bob"]) answers.push(await get(app, { "x-user": name }));

    expect(answers.map(({ body }) => body)).toEqual(["hello ada", "hello bob"]);
    expect(asked).toEqual(["ada", "bob"]);
  });
});

describe("a handler that refuses what is asked for many", () => {
  it("is asked once more with all that the client said", async () => {
    const picky = defineMode({
      name: "picky",
      description: "Wants a version",
      endpointKeys: { picky: z.strictObject({}) },
      open: () => undefined,
      compile: () => (exchange) => {
        const version = exchange.request.headers["x-version"];
        if (version === undefined) throw new BackworksError("BW_REQUEST_INVALID", { problem: "no version" });
        return { body: { version } };
      },
    });
    await using app = await startCached(
      "name: x\nplugins: { cache: {} }\nendpoints: { me: { path: /me, picky: {}, cache: 60s } }",
      { modes: [picky], plugins: [cache] },
    );

    expect(await get(app, { "x-version": "2" })).toMatchObject({ status: 200, body: '{"version":"2"}' });
    expect(await get(app)).toMatchObject({ status: 400 });
    const head = await ask(`${app.url}/me`, { method: "HEAD", headers: { "x-version": "2" } });
    expect(head.status).toBe(200);
  });
});
