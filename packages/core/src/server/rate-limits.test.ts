import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";
import type { LogFields } from "../logger.ts";

const endpoints = `
endpoints:
  one: { path: /one, mock: { body: 1 } }
  two: { path: /two, methods: [GET, POST], mock: { body: 2 } }
`;

function start(limit: string, more = endpoints): Promise<StartedApp> {
  return startApp(`name: shop\n${limit}\n${more}`);
}

/** Statuses of requests, one after another. */
async function ask(app: StartedApp, paths: readonly string[], init?: RequestInit): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const path of paths) {
    const response = await app.fetch(path, init);
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

const three = "rate_limit: { requests_per_minute: 60, burst: 3 }";

describe("rate_limit", () => {
  it("refuses with 429 who asks too often, and says when to come back", async () => {
    await using app = await start(three);
    await ask(app, ["/one", "/one", "/one"]);

    const response = await app.fetch("/one");

    expect(response.status).toBe(429);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/problem+json",
      "retry-after": "1",
      ratelimit: '"default";r=0;t=3',
      "ratelimit-policy": '"default";q=3;w=3',
    });
    expect(await response.json()).toMatchObject({ status: 429, code: "BW_RATE_LIMITED", title: "Too Many Requests" });
  });

  it("says on every answer how the client stands", async () => {
    await using app = await start(three);

    const [first, second] = [await app.fetch("/one"), await app.fetch("/nope")];

    expect(first.headers.get("ratelimit")).toBe('"default";r=2;t=1');
    expect(second.headers.get("ratelimit")).toBe('"default";r=1;t=2');
  });

  it("admits again as time goes by", async () => {
    await using app = await start(three);
    await ask(app, ["/one", "/one", "/one"]);

    await app.clock.advance(1000);

    expect(await ask(app, ["/one", "/one"])).toEqual([200, 429]);
  });

  it("is shared by the endpoints, and holds where none answers", async () => {
    await using app = await start(three);

    expect(await ask(app, ["/one", "/two", "/nope", "/nope", "/one"])).toEqual([200, 200, 404, 429, 429]);
    expect(await ask(app, ["/one"], { method: "DELETE" })).toEqual([429]);
  });

  it("leaves probes and answers to OPTIONS alone", async () => {
    await using app = await start(three);
    await ask(app, ["/one", "/one", "/one", "/one"]);

    expect(await ask(app, ["/health", "/ready"])).toEqual([200, 200]);
    expect(await ask(app, ["/one"], { method: "OPTIONS" })).toEqual([204]);
  });

  it("refuses before the body is read and the handler runs", async () => {
    let calls = 0;
    const plugin = definePlugin({
      name: "count",
      version: "1.0.0",
      initialize: () => ({
        contributes: {
          handlers: [
            {
              name: "run",
              path: "/run",
              methods: ["POST"],
              needs: { requestBody: true },
              handler: () => {
                calls += 1;
                return { status: 204 };
              },
            },
          ],
        },
      }),
    });
    const yaml = "name: shop\nendpoints: {}\nplugins: { count: {} }\nrate_limit: { requests_per_minute: 1 }";
    await using app = await startApp({ yaml, plugins: [plugin] });

    const statuses = await ask(app, ["/run", "/run", "/run"], { method: "POST", body: "x".repeat(100) });

    expect([statuses, calls]).toEqual([[204, 429, 429], 1]);
  });

  it("gives an endpoint a limit of its own, or none", async () => {
    await using app = await start(
      three,
      `
endpoints:
  one: { path: /one, rate_limit: { requests_per_minute: 60, burst: 1 }, mock: { body: 1 } }
  free: { path: /free, rate_limit: false, mock: { body: 1 } }
  rest: { path: /rest, mock: { body: 1 } }
`,
    );

    expect(await ask(app, ["/one", "/one", "/rest", "/rest", "/rest", "/rest"])).toEqual([
      200, 429, 200, 200, 200, 429,
    ]);
    expect(
      await ask(
        app,
        Array.from({ length: 10 }, () => "/free"),
      ),
    ).toEqual(Array.from({ length: 10 }, () => 200));
  });

  it("counts by the value of a header, and by the address without it", async () => {
    await using app = await start("rate_limit: { requests_per_minute: 60, burst: 1, by: { header: X-Api-Key } }");
    const as = (key: string): RequestInit => ({ headers: { "x-api-key": key } });

    expect(await ask(app, ["/one", "/one"], as("a"))).toEqual([200, 429]);
    expect(await ask(app, ["/one", "/one"], as("b".repeat(5000)))).toEqual([200, 429]);
    expect(await ask(app, ["/one", "/one"])).toEqual([200, 429]);
  });

  it("counts everybody together when it is by all", async () => {
    await using app = await start(
      "server: { trust_proxy: true }\nrate_limit: { requests_per_minute: 60, burst: 2, by: all }",
    );

    const statuses = await Promise.all(
      ["1.1.1.1", "2.2.2.2", "3.3.3.3"].map(async (address) =>
        ask(app, ["/one"], { headers: { "x-forwarded-for": address } }),
      ),
    );

    expect(statuses.flat().filter((status) => status === 429)).toHaveLength(1);
  });

  it.each([
    [
      ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"],
      [200, 429],
    ],
    [
      ["2001:db8:1:2::1", "2001:db8:1:3::1"],
      [200, 200],
    ],
    [
      ["1.2.3.4", "::ffff:1.2.3.4"],
      [200, 429],
    ],
    [
      ["1.2.3.4", "1.2.3.5"],
      [200, 200],
    ],
  ])("knows clients by address: %j", async (addresses, statuses) => {
    await using app = await start(
      "server: { trust_proxy: [loopback] }\nrate_limit: { requests_per_minute: 60, burst: 1 }",
    );

    const given: number[] = [];
    for (const address of addresses) {
      given.push(...(await ask(app, ["/one"], { headers: { "x-forwarded-for": address } })));
    }

    expect(given).toEqual(statuses);
  });

  it("cannot be escaped by naming another client when nobody is trusted", async () => {
    await using app = await start("rate_limit: { requests_per_minute: 60, burst: 1 }");

    const first = await ask(app, ["/one"], { headers: { "x-forwarded-for": "1.1.1.1" } });
    const second = await ask(app, ["/one"], { headers: { "x-forwarded-for": "2.2.2.2", forwarded: "for=3.3.3.3" } });

    expect([first, second]).toEqual([[200], [429]]);
  });

  it("goes on counting over a reload that leaves it as it is, and begins anew when it changed", async () => {
    await using app = await start(three);
    await ask(app, ["/one", "/one", "/one"]);

    app.write("backworks.yaml", `name: shop\n${three}\n${endpoints.replace("body: 1", "body: 9")}`);
    await app.reload();
    const same = await ask(app, ["/one"]);
    app.write("backworks.yaml", `name: shop\nrate_limit: { requests_per_minute: 60, burst: 2 }\n${endpoints}`);
    await app.reload();
    const changed = await ask(app, ["/one", "/one", "/one"]);
    app.write("backworks.yaml", `name: shop\nrate_limit: false\n${endpoints}`);
    await app.reload();

    expect([same, changed, await ask(app, ["/one"])]).toEqual([[429], [200, 200, 429], [200]]);
  });

  it("is absent unless somebody asks for one", async () => {
    await using app = await start("");

    const response = await app.fetch("/one");

    expect(response.headers.get("ratelimit")).toBeNull();
    expect(app.app.rateLimit).toBeUndefined();
    expect(app.app.routes.map(({ limit }) => limit)).toEqual([null, null, null]);
  });

  it("takes the limit of whoever serves when the configuration says nothing, and tells of it when it refuses only", async () => {
    const rateLimit = { requestsPerMinute: 60, burst: 1 };
    await using app = await startApp({ yaml: `name: shop\n${endpoints}`, rateLimit });
    await using off = await startApp({ yaml: `name: shop\nrate_limit: false\n${endpoints}`, rateLimit });

    const [first, second] = [await app.fetch("/one"), await app.fetch("/one")];

    expect([first.status, first.headers.get("ratelimit")]).toEqual([200, null]);
    expect([second.status, second.headers.get("ratelimit")]).toEqual([429, '"default";r=0;t=1']);
    expect(await ask(off, ["/one", "/one", "/one"])).toEqual([200, 200, 200]);
  });

  it("is told of once a minute in the log, with the number of refusals", async () => {
    const lines: LogFields[] = [];
    const note = (_message: string, fields: LogFields = {}): void => void lines.push(fields);
    const logger = { debug() {}, info() {}, error() {}, warn: note, child: () => logger };
    await using app = await startApp({
      yaml: `name: shop\nrate_limit: { requests_per_minute: 1, burst: 1 }\n${endpoints}`,
      logger,
    });

    await ask(app, ["/one", "/one", "/one", "/one"]);
    await app.clock.advance(61_000);
    await ask(app, ["/one", "/one"]);

    expect(lines).toMatchObject([
      { client: "127.0.0.1", limit: "rate_limit", refused: 1, requestsPerMinute: 1 },
      { refused: 3 },
    ]);
  });

  it("lets a page of another origin read the refusal", async () => {
    await using app = await start(`server: { cors: true }\nrate_limit: { requests_per_minute: 1 }`);
    const init = { headers: { origin: "https://shop.example" } };
    await ask(app, ["/one"], init);

    const response = await app.fetch("/one", init);

    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([429, "*"]);
  });
});

describe("request.ip", () => {
  it("is the same for templates and limits", async () => {
    const yaml = 'endpoints: { me: { path: /me, mock: { body: "${request.ip}" } } }';
    await using app = await start("server: { trust_proxy: [127.0.0.1, 10.0.0.0/8] }", yaml);

    const response = await app.fetch("/me", { headers: { "x-forwarded-for": "9.9.9.9, 1.1.1.1, 10.3.2.1" } });

    expect(await response.text()).toContain("1.1.1.1");
  });
});
