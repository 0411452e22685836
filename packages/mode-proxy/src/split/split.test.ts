import { tmpdir } from "node:os";
import { openApp } from "@backworks/core";
import type { Exchange } from "@backworks/core";
import { createRandom } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import { sendJson, startProxy, startServer } from "../../test/proxy-rig.ts";
import { proxy } from "../mode.ts";
import { createArmChoice } from "./choose-arm.ts";

interface Fields {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
}

/** Nothing else of a request is looked at. */
function ask({ headers = {}, cookies = {}, query = {} }: Fields): Exchange {
  return { request: { headers, cookies, query } } as unknown as Exchange;
}

describe("the choice of a way", () => {
  const arms = [
    { weight: 95 },
    { weight: 5, match: { header: { "X-Canary": "1" } } },
    { match: { cookie: { beta: true }, query: { v: "2" } } },
    { match: { header: { "x-old": false, "x-api": "1" } } },
  ];
  const choose = createArmChoice(arms, { random: () => 0, keyOf: undefined });

  it.each<[string, Fields, number]>([
    ["nothing", {}, 0],
    ["the header", { headers: { "x-canary": "1" } }, 1],
    ["another value", { headers: { "x-canary": "2" } }, 0],
    ["one of two conditions", { cookies: { beta: "x" } }, 0],
    ["both conditions", { cookies: { beta: "x" }, query: { v: "2" } }, 2],
    ["one of several values", { cookies: { beta: "x" }, query: { v: ["1", "2"] } }, 2],
    ["what must not be there", { headers: { "x-api": "1", "x-old": "1" } }, 0],
    ["without what must not be there", { headers: { "x-api": "1" } }, 3],
    ["two that fit: the first", { headers: { "x-canary": "1", "x-api": "1" } }, 1],
  ])("of a request with %s", (_what, fields, expected) => {
    expect(choose(ask(fields))).toBe(expected);
  });

  it("follows the weights", () => {
    const counts = [0, 0, 0];
    const spread = createArmChoice([{ weight: 60 }, { weight: 30 }, { weight: 10 }], {
      random: createRandom(5),
      keyOf: undefined,
    });
    for (let time = 0; time < 10_000; time += 1) {
      const arm = spread(ask({}));
      counts[arm] = (counts[arm] ?? 0) + 1;
    }

    expect(counts.map((count) => Math.round(count / 1000))).toEqual([6, 3, 1]);
  });

  it("is the same for the same key, and follows the weights over many keys", () => {
    const arms = [{ weight: 80 }, { weight: 20 }];
    const keyOf = ({ request }: Exchange): string => String(request.headers["user"] ?? "");
    const [one, other] = [1, 2].map((seed) => createArmChoice(arms, { random: createRandom(seed), keyOf }));
    const users = Array.from({ length: 5000 }, (_, index) => ask({ headers: { user: `user-${index}` } }));

    const chosen = users.map((user) => one?.(user));

    expect(users.map((user) => other?.(user))).toEqual(chosen);
    expect(chosen.filter((arm) => arm === 1).length / users.length).toBeCloseTo(0.2, 1);
  });
});

describe("split", () => {
  it("sends requests the way they are for", async () => {
    await using one = await startServer((response) => sendJson(response, 200, "one"));
    await using two = await startServer((response) => sendJson(response, 200, "two"));
    const yaml = `name: x
upstreams: { two: "${two.url}" }
endpoints:
  a: { path: /a, proxy: { target: "${one.url}", split: [{ weight: 1 }, { upstream: two, match: { header: { x-canary: "1" } } }] } }
  b: { path: /b, proxy: { split: [{ target: "${one.url}", weight: 50 }, { upstream: two, weight: 50 }], split_key: "\${cookies.user}" } }
`;
    await using app = await startProxy(yaml);
    const answer = async (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
      (await app.fetch(path, { headers })).json();

    expect([await answer("/a"), await answer("/a", { "x-canary": "1" })]).toEqual(["one", "two"]);
    for (const user of ["ada", "ben", "cleo", "dan", "eve"]) {
      const first = await answer("/b", { cookie: `user=${user}` });
      expect(await answer("/b", { cookie: `user=${user}` })).toBe(first);
    }
    const drawn = new Set(await Promise.all(Array.from({ length: 20 }, () => answer("/b"))));
    expect(drawn).toEqual(new Set(["one", "two"]));
  });

  it("is explained as far as it is not drawn", async () => {
    const yaml = `name: x
endpoints:
  a:
    path: /a
    proxy:
      target: http://127.0.0.1:9
      split:
        - { weight: 9 }
        - { weight: 1, target: "http://127.0.0.1:7" }
        - { target: "http://127.0.0.1:8", match: { header: { x-canary: "1" }, query: { v: true } } }
      split_key: "\${cookies.user}"
`;
    const app = await openApp({ text: yaml, cwd: tmpdir(), env: {}, modes: [proxy] });
    const explain = (url: string, headers: Record<string, string> = {}) => app.explain({ method: "GET", url, headers });

    const [canary, keyed, drawn] = [
      await explain("/a?v=2", { "x-canary": "1" }),
      await explain("/a", { cookie: "user=ada" }),
      await explain("/a", { "x-canary": "2" }),
    ];

    await app.close();

    expect(canary.rules.map(({ rule, chosen, place }) => [rule, chosen, place?.line])).toEqual([
      ["split[0]", false, 8],
      ["split[1]", false, 9],
      ["split[2]", true, 10],
    ]);
    expect(canary.rules[2]?.checks).toEqual([
      { field: "headers.x-canary", expected: "1", actual: "1", passed: true },
      { field: "query.v", expected: "any value", actual: "2", passed: true },
    ]);
    expect(keyed.rules.filter(({ chosen }) => chosen).map(({ rule }) => rule)).toEqual(["split[1]"]);
    expect(drawn.rules.filter(({ chosen }) => chosen).map(({ rule }) => rule)).toEqual(["drawn by weight: 9, 1, 0"]);
  });
});
