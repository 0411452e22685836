import { describe, expect, it } from "@jest/globals";
import { startHybrid as start } from "../../../test/hybrid-rig.ts";

const mock = `    mock: { status: 203, body: { by: mock } }\n`;

describe("hybrid with handle", () => {
  const yaml = "    database: {}\n    proxy: {}\n";

  it("has each method answered by its mode", async () => {
    await using rig = await start("{ handle: { GET: database, POST: proxy, delete: { use: proxy } } }", yaml);

    expect([await rig.ask("GET"), await rig.ask("POST"), await rig.ask("DELETE")]).toEqual([
      "database 200",
      "proxy 200",
      "proxy 200",
    ]);
    expect(await rig.ask("PUT")).toBe("BW_METHOD_NOT_ALLOWED 405");
  });

  it("asks each mode for its methods only", async () => {
    await using rig = await start("{ handle: { GET: database, PUT: database, POST: proxy } }", yaml);

    expect([...rig.database.events, ...rig.proxy.events]).toEqual([
      "open",
      "compile a GET PUT true",
      "open",
      "compile a POST true",
    ]);
  });

  it("answers HEAD by whoever answers GET", async () => {
    await using rig = await start("{ handle: { GET: database, POST: proxy } }", yaml);

    await rig.ask("HEAD");

    expect(rig.database.events.at(-1)).toBe("HEAD /a");
  });

  it("does not open a mode whose block it does not name", async () => {
    await using rig = await start("{ handle: { GET: database } }", yaml);

    expect(rig.proxy.events).toEqual([]);
    expect(await rig.ask("GET")).toBe("database 200");
  });
});

describe("hybrid with branches", () => {
  const branches = `{ branches: [{ when: "\${query.q}", use: database }, { methods: POST, use: proxy }, { use: mock }] }`;
  const more = `    methods: [GET, POST]\n    database: {}\n    proxy: {}\n${mock}`;

  it.each([
    ["GET", "/a?q=1", "database 200"],
    ["GET", "/a", "mock 203"],
    ["POST", "/a", "proxy 200"],
    ["POST", "/a?q=1", "database 200"],
  ])("%s %s is answered by the first that fits", async (method, path, expected) => {
    await using rig = await start(branches, more);

    expect(await rig.ask(method, path)).toBe(expected);
  });

  it.each([
    ["headers.x-beta == 'on'", { headers: { "x-beta": "on" } }, "database 200"],
    ["${headers.x-beta} && ${query.q}", { headers: { "x-beta": "on" } }, "mock 203"],
    ["{{ headers.x-beta }}", { headers: { "x-beta": "on" } }, "database 200"],
    ["request.method == 'PUT'", {}, "mock 203"],
  ])("takes the condition %s", async (when, init, expected) => {
    await using rig = await start(
      `{ branches: [{ when: "${when}", use: database }, { use: mock }] }`,
      `    database: {}\n${mock}`,
    );

    expect(await rig.ask("GET", "/a", init)).toBe(expected);
  });

  it("reads the body for a condition that looks at it", async () => {
    await using rig = await start(
      `{ branches: [{ when: "\${body.kind == 'big'}", use: database }, { use: proxy }] }`,
      "    methods: [POST]\n    database: {}\n    proxy: { needs: { requestStream: true } }\n",
    );
    const send = (kind: string): RequestInit => ({
      body: JSON.stringify({ kind }),
      headers: { "content-type": "application/json" },
    });

    expect([await rig.ask("POST", "/a", send("big")), await rig.ask("POST", "/a", send("small"))]).toEqual([
      "database 200",
      "proxy 200",
    ]);
  });

  it("answers 404 when no condition holds", async () => {
    await using rig = await start(`{ branches: [{ when: "\${query.q}", use: database }] }`, "    database: {}\n");

    expect(await rig.ask("GET")).toBe("BW_HYBRID_UNMATCHED 404");
  });
});

describe("hybrid over several paths", () => {
  it("unites the routes of its branches by method and path", async () => {
    await using rig = await start(
      "{ handle: { GET: mock, POST: mock, DELETE: proxy } }",
      `    mock: { resource: { seed: [{ id: 7, name: Ada }] } }\n    proxy: { paths: ["/{key}"] }\n`,
    );

    expect(await (await rig.app.fetch("/a/7")).json()).toEqual({ id: 7, name: "Ada" });
    expect(await (await rig.app.fetch("/a/7", { method: "DELETE" })).json()).toEqual({
      by: "proxy",
      params: { key: "7" },
    });
    expect(
      rig.app.app.routes.map(({ info }) => `${info?.method} ${info?.pattern} ${info?.answeredBy?.join()}`),
    ).toEqual(["GET /a mock", "POST /a mock", "GET /a/{id} mock", "DELETE /a/{key} proxy"]);
  });

  it("gives each branch the parameters by the names it knows", async () => {
    await using rig = await start(
      `{ branches: [{ when: "\${query.q}", use: database }, { use: proxy }] }`,
      `    database: { paths: ["/{id:int}"] }\n    proxy: { paths: ["/{key}"] }\n`,
    );
    const ask = async (path: string): Promise<unknown> => (await rig.app.fetch(path)).json();

    expect(await ask("/a/7?q=1")).toEqual({ by: "database", params: { id: 7 } });
    expect(await ask("/a/7")).toEqual({ by: "proxy", params: { key: "7" } });
    expect(await ask("/a/x?q=1")).toEqual({ by: "proxy", params: { key: "x" } });
  });

  it("keeps the state of a branch from request to request", async () => {
    await using rig = await start(
      "{ handle: { GET: mock, POST: mock } }",
      "    mock: { resource: { seed: [{ id: 1 }] } }\n",
    );
    const body = JSON.stringify({ id: 2 });
    await rig.app.fetch("/a", { method: "POST", body, headers: { "content-type": "application/json" } });

    expect(await (await rig.app.fetch("/a")).json()).toEqual([{ id: 1 }, { id: 2 }]);
  });
});

describe("hybrid and connections that are taken over", () => {
  it("hands them to the branch that takes them over", async () => {
    await using rig = await start(
      `{ branches: [{ when: "\${query.q}", use: mock }, { use: proxy }] }`,
      `    proxy: { upgrade: true }\n${mock}`,
    );
    const { route } = rig.app.app.router.match("GET", "/a");

    expect(route.upgrade).not.toBeNull();
    expect(await rig.ask("GET", "/a?q=1")).toBe("mock 203");
  });
});
