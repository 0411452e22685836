import { describe, expect, it } from "@jest/globals";
import { startHybrid as start, until } from "../../../test/hybrid-rig.ts";
import type { LogFields, Logger } from "../../logger.ts";

const mock = `    mock: { status: 203, body: { by: mock } }\n`;
const get = (on: string, more = ""): string =>
  `{ handle: { GET: database }, fallback: [{ on: ${on}, use: mock${more} }] }`;

describe("a fallback", () => {
  it.each([
    ["timeout", "{ status: 504 }"],
    ["timeout", "{ throws: BW_SOAP_TIMEOUT, status: 504 }"],
    ["timeout", "{ throws: BW_HANDLER_TIMEOUT, later: true }"],
    ["connect", "{ throws: BW_SOAP_UNREACHABLE, status: 502 }"],
    ["reset", "{ throws: BW_SOAP_RESET, status: 502 }"],
    ["breaker_open", "{ throws: BW_SOAP_BREAKER_OPEN, status: 503 }"],
    ["breaker_open", "{ throws: BW_UPSTREAM_NONE, status: 503 }"],
    ["5xx", "{ status: 500 }"],
    ["5xx", "{ status: 503, later: true }"],
    ["5xx", "{ throws: BW_OVERLOADED }"],
    ["5xx", "{ throws: TypeError }"],
    ["error", "{ throws: TypeError }"],
    ["error", "{ throws: BW_INTERNAL }"],
    ["4xx", "{ status: 410 }"],
    ["404", "{ status: 404 }"],
    ["404", "{ throws: BW_RESOURCE_NOT_FOUND }"],
    ["[connect, 418]", "{ status: 418 }"],
    ["empty", "{ status: 204, body: null }"],
    ["empty", "{ body: [] }"],
    ["empty", "{ body: ' [ ] ' }"],
    ["empty", "{ body: null }"],
    ["5xx", "{ status: 500, responds: true }"],
  ])("on %s answers in place of %s", async (on, act) => {
    await using rig = await start(get(on), `    database: ${act}\n${mock}`);

    expect(await rig.ask("GET")).toBe("mock 203 instead: mock");
  });

  it.each([
    ["timeout", "{ status: 500 }", "database 500"],
    ["connect", "{ throws: BW_SOAP_TIMEOUT, status: 504 }", "BW_SOAP_TIMEOUT 504"],
    ["5xx", "{}", "database 200"],
    ["5xx", "{ later: true }", "database 200"],
    ["5xx", "{ status: 404 }", "database 404"],
    ["error", "{ status: 500 }", "database 500"],
    ["error", "{ throws: BW_RESOURCE_NOT_FOUND }", "BW_RESOURCE_NOT_FOUND 404"],
    ["404", "{ status: 410 }", "database 410"],
    ["empty", "{ body: [1] }", "[1] 200"],
    ["empty", "{ body: '' , status: 404 }", " 404"],
    ["empty", "{ streams: true }", "database 200"],
    ["empty", "{ responds: true }", "database 200"],
  ])("on %s leaves %s as it is", async (on, act, expected) => {
    await using rig = await start(get(on), `    database: ${act}\n${mock}`);

    expect(await rig.ask("GET")).toBe(expected);
  });

  it("may have a status of its own", async () => {
    await using rig = await start(get("5xx", ", status: 200"), `    database: { status: 500 }\n${mock}`);

    expect(await rig.ask("GET")).toBe("mock 200 instead: mock");
  });

  it("is only for its methods", async () => {
    await using rig = await start(
      "{ handle: { GET: database, POST: database }, fallback: [{ on: 5xx, use: mock, methods: [GET] }] }",
      `    database: { status: 500 }\n${mock}`,
    );

    expect([await rig.ask("GET"), await rig.ask("HEAD"), await rig.ask("POST")]).toEqual([
      "mock 203 instead: mock",
      " 203 instead: mock",
      "database 500",
    ]);
  });

  it("lets go of the answer that is not sent", async () => {
    await using rig = await start(get("5xx"), `    database: { status: 500, streams: true }\n${mock}`);

    await rig.ask("GET");

    expect(rig.database.streams.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it("has the request's body when the branch has taken it as it came", async () => {
    await using rig = await start(
      "{ handle: { POST: proxy }, fallback: [{ on: 5xx, use: mock }] }",
      `    proxy: { status: 500, needs: { requestStream: true } }\n    mock: { body: { by: "\${request.body.name}" } }\n`,
    );
    const [route] = rig.app.app.routes;
    const headers = { "content-type": "application/json" };

    expect(await rig.ask("POST", "/a", { body: `{"name":"Ada"}`, headers })).toBe("Ada 200 instead: mock");
    expect(route?.readBody).toBe(true);
  });

  it("leaves a body as it comes when it does not look at it", async () => {
    await using rig = await start(
      "{ handle: { POST: proxy }, fallback: [{ on: 5xx, use: mock }] }",
      `    proxy: { status: 500, needs: { requestStream: true } }\n${mock}`,
    );
    const [route] = rig.app.app.routes;

    expect(route).toMatchObject({ readBody: false, streamBytes: Infinity });
    expect(await rig.ask("POST", "/a", { body: "x".repeat(100) })).toBe("mock 203 instead: mock");
  });

  it("is not asked once the client is gone", async () => {
    await using rig = await start(
      get("5xx"),
      `    database: { hangs: true, status: 500 }\n    mock: { resource: { seed: [] } }\n`,
    );
    const controller = new AbortController();
    const asking = rig.ask("GET", "/a", { signal: controller.signal }).catch(() => "gone");
    await until(() => rig.database.events.includes("GET /a"));

    controller.abort();

    expect(await asking).toBe("gone");
    await until(() => rig.database.events.includes("database told to stop"));
  });
});

describe("several fallbacks", () => {
  const chain = (first: string, second: string): string =>
    `{ handle: { GET: database }, fallback: [{ on: ${first}, use: proxy }, { on: ${second}, use: mock }] }`;

  it.each([
    ["the first that is for it answers", "connect", "5xx", "{ status: 500 }", "{}", "mock 203 instead: mock"],
    ["none after one that answered", "5xx", "5xx", "{ status: 500 }", "{}", "proxy 200 instead: proxy"],
    [
      "the next when one fails as it says",
      "5xx",
      "5xx",
      "{ status: 500 }",
      "{ status: 502 }",
      "mock 203 instead: mock",
    ],
    [
      "the next when one throws",
      "timeout",
      "timeout",
      "{ status: 504 }",
      "{ throws: TypeError }",
      "mock 203 instead: mock",
    ],
    [
      "the next for how the one before ended",
      "timeout",
      "error",
      "{ status: 504 }",
      "{ throws: TypeError }",
      "mock 203 instead: mock",
    ],
    [
      "what a fallback says when no other is for it",
      "5xx",
      "404",
      "{ status: 500 }",
      "{ status: 503 }",
      "proxy 503 instead: proxy",
    ],
    [
      "what the branch says when all throw",
      "5xx",
      "connect",
      "{ status: 500 }",
      "{ throws: TypeError }",
      "database 500",
    ],
  ])("%s", async (...given) => {
    const [, first, second, database, proxy, expected] = given;
    await using rig = await start(chain(first, second), `    database: ${database}\n    proxy: ${proxy}\n${mock}`);

    expect(await rig.ask("GET")).toBe(expected);
  });
});

describe("the time of a branch", () => {
  it.each([
    ["the block's", "{ timeout: 2s, handle: { GET: database }, fallback: [{ on: timeout, use: mock }] }"],
    ["a handler's", "{ handle: { GET: { use: database, timeout: 2s } }, fallback: [{ on: timeout, use: mock }] }"],
    ["a branch's", "{ branches: [{ use: database, timeout: 2s }], fallback: [{ on: timeout, use: mock }] }"],
  ])("is %s, then a fallback answers and the branch is told to stop", async (_what, block) => {
    await using rig = await start(block, `    database: { hangs: true, streams: true }\n${mock}`);
    const asking = rig.ask("GET");
    await until(() => rig.database.events.includes("GET /a"));

    await rig.app.clock.advance(1999);
    expect(rig.database.events).not.toContain("database told to stop");
    await rig.app.clock.advance(1);

    expect(await asking).toBe("mock 203 instead: mock");
    expect(rig.database.events).toContain("database told to stop");
    // What it answers with then is let go of.
    await until(() => rig.database.streams.every(({ destroyed }) => destroyed));
  });

  it("is a fallback's too; the branch's failure is the answer then", async () => {
    await using rig = await start(
      "{ handle: { GET: database }, fallback: [{ on: 5xx, use: proxy, timeout: 1s }] }",
      "    database: { status: 500 }\n    proxy: { hangs: true }\n",
    );
    const asking = rig.ask("GET");
    await until(() => rig.proxy.events.includes("GET /a"));

    await rig.app.clock.advance(1000);

    expect(await asking).toBe("database 500");
  });

  it("ends without a trace when the branch answers in time", async () => {
    await using rig = await start("{ timeout: 2s, handle: { GET: database } }", "    database: { later: true }\n");
    const before = rig.app.clock.pending;

    expect(await rig.ask("GET")).toBe("database 200");
    expect(rig.app.clock.pending).toBe(before);
  });

  it("is over with the endpoint's own; no fallback is left time then", async () => {
    await using rig = await start(
      "{ handle: { GET: database }, fallback: [{ on: timeout, use: mock }] }",
      `    timeouts: { handler: 1s }\n    database: { hangs: true }\n${mock}`,
    );
    const asking = rig.ask("GET");
    await until(() => rig.database.events.includes("GET /a"));

    await rig.app.clock.advance(1000);

    expect(await asking).toBe("BW_HANDLER_TIMEOUT 504");
  });
});

describe("the log", () => {
  it("tells that a branch fails, now and then and with a count", async () => {
    const lines: [string, LogFields | undefined][] = [];
    const keep = (message: string, fields?: LogFields): void => void lines.push([message, fields]);
    const logger: Logger = { debug() {}, info() {}, warn: keep, error: keep, child: () => logger };
    await using rig = await start(get("[5xx, 404]"), `    database: { status: 500 }\n${mock}`, { logger });

    for (let count = 0; count < 3; count += 1) await rig.ask("GET");
    await rig.app.clock.advance(10_000);
    await rig.ask("GET");

    expect(lines).toEqual([
      [
        "mock answers in place of a branch that failed",
        expect.objectContaining({ endpoint: "a", reason: "status 500" }),
      ],
      ["mock answers in place of a branch that failed", expect.objectContaining({ others: 2 })],
    ]);
  });
});
