import { describe, expect, it } from "@jest/globals";
import { changeRequest } from "../pipeline/change-request.ts";
import type { RequestChanges } from "../pipeline/change-request.ts";
import { definePlugin } from "../plugin.ts";
import type { Around, PluginDefinition } from "../plugin.ts";
import { startApp } from "./start-app.ts";

const yaml = `name: x
endpoints:
  a:
    path: /a
    methods: [GET, POST]
    mock:
      body:
        user: "\${headers.x-user}"
        page: "\${query.page}"
        url: "\${request.url}"
        session: "\${cookies.session}"
        body: "\${body}"
        count: "\${count}"
plugins:
  one: {}
  two: {}
`;

function plugin(name: string, around: Around): PluginDefinition {
  return definePlugin({ name, version: "1.0.0", initialize: () => ({ around }) });
}

const asked: PluginDefinition = plugin("two", (exchange, next) => next(exchange));
const changing = (changes: RequestChanges): PluginDefinition =>
  plugin("one", (exchange, next) => next(changeRequest(exchange, changes)));

async function start(one: PluginDefinition, two: PluginDefinition = asked) {
  return startApp({ yaml, plugins: [one, two] });
}

const sent = {
  method: "POST",
  body: '{"n":1}',
  headers: { "content-type": "application/json", "x-user": "eve", cookie: "session=1" },
};

describe("a request that an around hook changes", () => {
  it.each<[string, RequestChanges, object]>([
    ["a field", { headers: { "X-User": "ada" } }, { user: "ada", body: { n: 1 }, session: "1" }],
    ["no field", { headers: { "x-user": undefined } }, { user: null }],
    ["several fields of a name", { headers: { "x-user": ["ada", "bob"] } }, { user: "ada, bob" }],
    ["cookies", { headers: { cookie: "session=2" } }, { session: "2" }],
    ["the query", { search: "page=3&b=4" }, { page: "3", url: "/a?page=3&b=4" }],
    ["data", { body: { n: 2 } }, { body: { n: 2 }, user: "eve" }],
    ["text that is JSON", { body: "[3]" }, { body: [3] }],
    ["another kind of body", { body: "a=1", headers: { "content-type": "text/plain" } }, { body: "a=1" }],
    ["no body", { body: null }, { body: null }],
    ["nothing", {}, { user: "eve", page: "0", url: "/a?page=0", session: "1", body: { n: 1 } }],
  ])("has %s for who answers", async (_what, changes, expected) => {
    await using app = await start(changing(changes));

    const answer = await app.fetch("/a?page=0", sent);

    expect(await answer.json()).toMatchObject(expected);
  });

  it("is the changed one for hooks behind, and the one that came for those before", async () => {
    const seen: unknown[] = [];
    await using app = await start(
      plugin("one", async (exchange, next) => {
        const answer = await next(changeRequest(exchange, { headers: { "x-user": "ada" } }));
        seen.push(exchange.request.headers["x-user"]);
        return answer;
      }),
      plugin("two", (exchange, next) => {
        seen.push(exchange.request.headers["x-user"]);
        return next(
          changeRequest(exchange, { headers: { "x-user": `${String(exchange.request.headers["x-user"])}!` } }),
        );
      }),
    );

    const answer = await app.fetch("/a", sent);

    expect(await answer.json()).toMatchObject({ user: "ada!" });
    expect(seen).toEqual(["ada", "eve"]);
  });

  it("is answered once when the hook fails behind the answer", async () => {
    const failing: Around = async (exchange, next) => {
      await next(changeRequest(exchange, { search: "page=9" }));
      throw new Error("broken");
    };
    await using app = await start(plugin("one", failing));

    expect(await (await app.fetch("/a")).json()).toMatchObject({ count: 1, page: "9" });
  });

  it.each([
    ["a name", { "x user": "ada" }],
    ["a value", { "x-user": "ada\r\nx-admin: yes" }],
  ])("takes no field with %s that is none: the plugin fails, the endpoint answers", async (_what, headers) => {
    await using app = await start(changing({ headers }));

    expect(await (await app.fetch("/a", sent)).json()).toMatchObject({ user: "eve" });
    expect((await app.plugins.health())[0]).toMatchObject({ errors: { around: 1 } });
  });
});
