import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ApiRequest, Apis } from "../../apis.ts";
import { apisService } from "../../apis.ts";
import type { Databases } from "../../databases.ts";
import { databasesService } from "../../databases.ts";
import { BackworksError } from "../../errors.ts";
import { definePlugin } from "../../plugin.ts";
import { provideService } from "../../service.ts";
import { startApp } from "../../server/start-app.ts";
import type { StartedApp } from "../../server/start-app.ts";

/** What an API that a test speaks for was asked. */
const asked: ApiRequest[] = [];

const apis: Apis = {
  names: ["stripe", "odd"],
  find: (name) => ({
    async request(request) {
      asked.push(request);
      if (request.path === "/fail") throw new BackworksError("BW_INTERNAL", {});
      // What no service should give: it must not cost more than this answer.
      if (name === "odd") return { status: 200, headers: {}, body: null, bytes: (() => {}) as never };
      return { status: 200, headers: { "x-a": "1" }, body: { got: request.path }, bytes: Buffer.from("raw") };
    },
  }),
};

const databases: Databases = {
  names: ["main"],
  find: () => ({
    async query(sql, binds) {
      return { rows: [{ sql, binds: JSON.stringify(binds) }], rowCount: 1 };
    },
  }),
};

const plugin = definePlugin({
  name: "services",
  version: "1.0.0",
  apiVersion: "^1.0.0",
  initialize: () => ({
    contributes: { services: [provideService(apisService, apis), provideService(databasesService, databases)] },
  }),
});

const handlers: Readonly<Record<string, string>> = {
  api: `module.exports = async (request, { apis }) => {
    const one = await apis.stripe.post("/charges", { amount: 1 }, { query: { a: "b" } });
    const two = await apis.stripe.get("/charges");
    return [one.status, one.body, Buffer.from(two.bytes).toString(), one.headers];
  };`,
  database: `module.exports = async (request, { databases }) => [
    await databases.main.query("select ?", [1]), (await databases.main.run("x", [null])).rowCount];`,
  fails: `module.exports = async (request, { apis }) => { try { await apis.stripe.get("/fail"); } catch (error) { return error.code; } };`,
  unfit: `module.exports = async (request, { apis }) => { try { await apis.odd.get("/"); } catch (error) { return error.message; } };`,
  logs: `module.exports = async (request, { log }) => {
    const circle = { ask() {}, sign: Symbol("s"), size: 1n };
    circle.self = circle;
    log.info("odd", circle);
    log.warn(circle);
    return "logged";
  };`,
  strange: `module.exports = async (request, { state }) => {
    const circle = {};
    circle.self = circle;
    const tries = [() => {}, circle].map((value) => state.set("a", { value }).then(() => "kept", () => "refused"));
    return Promise.all([state.set("b", 1).then(() => state.get("b")), ...tries]);
  };`,
  unnamed: `module.exports = async (request, { apis, databases }) => [typeof apis.other, typeof databases.other, Object.keys(apis)];`,
};

const python = `
def handler(request, context):
    answer = context.apis.stripe.post("/charges", {"amount": 1})
    return [answer.status, answer.body, answer.bytes.decode(), context.databases.main.query("select ?", [1])]
`;

describe.each(["worker", "process", "inline"])("what a handler asks for, in isolation %s", (isolation) => {
  let app: StartedApp;

  beforeAll(async () => {
    const endpoints = Object.fromEntries(
      Object.keys(handlers).map((name) => [
        name,
        {
          path: `/${name}`,
          runtime: { handler: `./${name}.cjs`, isolation, apis: ["stripe", "odd"], databases: ["main"] },
        },
      ]),
    );
    const own = { py: { path: "/python", runtime: { handler: "./python.py", apis: ["stripe"], databases: ["main"] } } };
    const files = Object.fromEntries(Object.entries(handlers).map(([name, code]) => [`${name}.cjs`, code]));
    app = await startApp({
      yaml: JSON.stringify({ name: "services", plugins: { services: {} }, endpoints: { ...endpoints, ...own } }),
      files: { ...files, "python.py": python },
      plugins: [plugin],
    });
  });

  afterAll(() => app.close());

  it("comes from an API, with everything that is data", async () => {
    asked.length = 0;

    const answer: unknown = await (await app.fetch("/api")).json();

    expect(answer).toEqual([200, { got: "/charges" }, "raw", { "x-a": "1" }]);
    expect(asked).toMatchObject([
      { method: "POST", path: "/charges", body: { amount: 1 }, query: { a: "b" } },
      { method: "GET", path: "/charges" },
    ]);
    expect(asked[0]?.signal).toBeInstanceOf(AbortSignal);
  });

  it("comes from a database, with binds", async () => {
    expect(await (await app.fetch("/database")).json()).toEqual([[{ sql: "select ?", binds: "[1]" }], 1]);
  });

  it("fails with the code of the error", async () => {
    expect(await (await app.fetch("/fails")).text()).toBe("BW_INTERNAL");
  });

  it("is logged whatever it is, and what cannot be kept costs no answer of another", async () => {
    const answers = await Promise.all(["/logs", "/strange", "/strange", "/logs"].map((path) => app.fetch(path)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));

    expect([texts[0], texts[3]]).toEqual(["logged", "logged"]);
    for (const text of texts.slice(1, 3)) expect(text).toMatch(/^\[1,"(?:kept|refused)","refused"\]$/);
  });

  it("is what the endpoint names, and nothing else", async () => {
    expect(await (await app.fetch("/unnamed")).json()).toEqual(["undefined", "undefined", ["stripe", "odd"]]);
  });

  it("comes to Python too", async () => {
    const rows = [{ sql: "select ?", binds: "[1]" }];

    expect(await (await app.fetch("/python")).json()).toEqual([200, { got: "/charges" }, "raw", rows]);
  });
});

describe("what cannot cross to a thread", () => {
  it("fails the one who asked, and no other", async () => {
    const endpoint = { path: "/", runtime: { handler: "./unfit.cjs", apis: ["odd"] } };
    await using app = await startApp({
      yaml: JSON.stringify({ name: "unfit", plugins: { services: {} }, endpoints: { unfit: endpoint } }),
      files: { "unfit.cjs": handlers["unfit"]! },
      plugins: [plugin],
    });

    expect(await (await app.fetch("/")).text()).toBe("the service gave what cannot be passed on");
  });
});
