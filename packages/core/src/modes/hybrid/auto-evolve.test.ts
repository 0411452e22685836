import { describe, expect, it } from "@jest/globals";
import { startHybrid } from "../../../test/hybrid-rig.ts";

const mock = "    mock: { data: { by: mock } }\n";

describe.each([
  ["auto_evolve", ""],
  ["hybrid", "{ preset: auto_evolve }"],
])("mode %s %s", (mode, block) => {
  it.each([
    ["GET", "{ body: [{ by: database }] }", "database 200"],
    ["GET", "{ body: [] }", "mock 200 instead: mock"],
    ["GET", "{ body: '[]', later: true }", "mock 200 instead: mock"],
    ["GET", "{ status: 404 }", "mock 200 instead: mock"],
    ["GET", "{ throws: BW_RESOURCE_NOT_FOUND }", "mock 200 instead: mock"],
    ["HEAD", "{ status: 404 }", " 200 instead: mock"],
    ["HEAD", "{ body: null }", " 200"],
    ["POST", "{ body: [] }", "[] 200"],
    ["POST", "{ status: 404 }", "database 404"],
    ["GET", "{ status: 500 }", "database 500"],
    ["GET", "{ throws: BW_SOAP_UNREACHABLE }", "BW_SOAP_UNREACHABLE 500"],
  ])("answers %s where the database does %s", async (method, database, expected) => {
    const more = `    methods: [GET, POST]\n    database: ${database}\n${mock}`;
    await using rig = await startHybrid(block, more, { mode });

    expect(await rig.ask(method)).toBe(expected);
  });

  it("answers what the database has no path for", async () => {
    const more = `    database: { paths: ["", "/{key}"] }\n    mock_responses: { "GET /{id}/photos": { body: { by: mock } } }\n`;
    await using rig = await startHybrid(block, more, { mode });

    expect([await rig.ask("GET", "/a"), await rig.ask("GET", "/a/7/photos")]).toEqual([
      "database 200",
      "mock 200 instead: mock",
    ]);
  });

  it("never asks the database where mock alone has a path that the database takes too", async () => {
    const more = `    database: { paths: ["/{key}"], status: 404 }\n    mock: { resource: { seed: [{ id: 7, by: mock }] } }\n`;
    await using rig = await startHybrid(block, more, { mode });

    expect([await rig.ask("GET", "/a/7"), rig.database.events.at(-1)]).toEqual(["mock 200 instead: mock", "GET /a/7"]);
    expect(await rig.ask("GET", "/a/8")).toBe("database 404");
  });
});

describe("auto_evolve", () => {
  it("takes other modes, a time, and fallbacks for failures", async () => {
    await using rig = await startHybrid(
      "{ primary: proxy, secondary: database, timeout: 5s, fallback: [{ on: 5xx, use: mock }] }",
      `    proxy: { status: 404 }\n    database: {}\n${mock}`,
      { mode: "auto_evolve" },
    );

    expect(await rig.ask("GET")).toBe("database 200 instead: database");
  });

  it("falls back as said when the first fails", async () => {
    await using rig = await startHybrid(
      "{ preset: auto_evolve, fallback: [{ on: connect, use: mock, status: 203 }] }",
      `    database: { throws: BW_SOAP_UNREACHABLE }\n${mock}`,
    );

    expect(await rig.ask("GET")).toBe("mock 203 instead: mock");
  });

  it("may be the mode of the whole file", async () => {
    await using rig = await startHybrid("", `    database: { body: [] }\n${mock}`, { mode: "auto_evolve" });
    rig.app.write(
      "backworks.yaml",
      `name: x\nmode: auto_evolve\nendpoints:\n  a: { path: /a, database: { body: [] }, mock: { body: { by: mock } } }\n`,
    );

    await rig.app.reload();

    expect(await rig.ask("GET")).toBe("mock 200 instead: mock");
  });
});
