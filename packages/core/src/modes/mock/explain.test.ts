import { describe, expect, it } from "@jest/globals";
import { createMockRig, type AskInit, type MockRig } from "../../../test/mock-rig.ts";
import type { Random } from "../../clock.ts";
import { createRandom } from "../../random.ts";

describe("explain", () => {
  const yaml = `
name: shop
endpoints:
  x:
    path: /x
    mock:
      rules:
        - priority: 1
          every: 2
          respond: { body: second }
        - scenario: { name: s, is: started, becomes: done }
          respond: { body: "\${state.incr('n', 1)}" }
        - respond: { body: "n is \${state.n}" }
`;

  it("changes nothing", async () => {
    const rig = await createMockRig(yaml);

    for (let index = 0; index < 3; index += 1) await rig.explain("GET", "/x");

    expect([(await rig.ask("GET", "/x")).text, (await rig.ask("GET", "/x")).text]).toEqual(["1", "second"]);
  });

  it("names the rule that answers next", async () => {
    const rig = await createMockRig(yaml);
    const chosen = async (): Promise<string | undefined> =>
      (await rig.explain("GET", "/x")).rules.find((rule) => rule.chosen)?.rule;

    const before = await chosen();
    await rig.ask("GET", "/x");

    expect([before, await chosen()]).toEqual(["rules[1]", "rules[0]"]);
  });

  it("leaves a rule that is drawn open and chooses the next", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  x: { path: /x, mock: { body: ok, rules: [{ chance: 5%, fault: reset }] } }
`);

    const { rules } = await rig.explain("GET", "/x");

    expect(rules.map(({ rule, chosen }) => [rule, chosen])).toEqual([
      ["rules[0]", false],
      ["mock", true],
    ]);
    expect(rules[0]?.checks).toEqual([
      { field: "chance", expected: "5 % of the requests", actual: "drawn for each request", passed: true },
    ]);
  });

  it("says what the caller meant when more holds than fails", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  x:
    path: /x/{id}
    mock:
      unmatched: explain
      rules:
        - when: { headers: { x-plan: pro }, query: { page: 2 }, cookies: { sid: abc } }
          respond: { body: paged }
        - when: { path: /x/9 }
          respond: { body: nine }
`);

    const { nearest } = await rig.explain("GET", "/x/7?page=2", { headers: { cookie: "sid=abc" } });

    expect(nearest).toBe("rules[0]");
  });

  it("says that a path is named below the base path", async () => {
    const rig = await createMockRig(`
name: shop
server: { base_path: /api }
endpoints:
  x: { path: "/x/{id}", mock: { rules: [{ when: { path: /api/x/9 }, respond: { body: nine } }] } }
`);

    expect((await rig.explain("GET", "/api/x/9")).hints).toContain("a rule names the path below /api: write /x/9");
  });

  it("shows where each rule stands", async () => {
    const rig = await createMockRig(yaml);

    const { rules } = await rig.explain("GET", "/x");

    expect(rules.map(({ rule, place }) => [rule, place?.line])).toEqual([
      ["rules[0]", 8],
      ["rules[1]", 11],
      ["rules[2]", 13],
    ]);
  });
});

describe("a request no rule answers", () => {
  const rules = `{ when: { headers: { X-Plan: pro } }, respond: { body: ok } }`;

  it.each([
    ["development", "", true, true],
    ["production", "", false, false],
    ["unmatched: plain", "unmatched: plain,", true, false],
    ["unmatched: explain", "unmatched: explain,", false, true],
  ])("is explained or not under %s", async (...given) => {
    const [, key, development, explained] = given;
    const rig = await createMockRig(`name: shop\nendpoints:\n  x: { path: /x, mock: { ${key} rules: [${rules}] } }\n`, {
      development,
    });

    const answer = await rig.ask("GET", "/x");

    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"] === "application/problem+json").toBe(explained);
  });

  it("takes the root's unmatched when the endpoint has none", async () => {
    const rig = await createMockRig(
      `name: shop\nmock: { unmatched: plain }\nendpoints:\n  x: { path: /x, mock: { rules: [${rules}] } }\n`,
    );

    expect((await rig.ask("GET", "/x")).headers["x-code"]).toBe("BW_MOCK_UNMATCHED");
  });

  it.each<[string, string, string, string, AskInit, string]>([
    [
      "case",
      "headers: { X-Plan: pro }",
      "GET",
      "/x",
      { headers: { "x-plan": "Pro" } },
      "headers.x-plan differs in upper and lower case only: pro, not Pro",
    ],
    [
      "case of a name",
      "query: { page: 1 }",
      "GET",
      "/x?Page=1",
      {},
      "query has Page, the rule asks for page: upper and lower case count",
    ],
    ["a name nearly right", "query: { limit: 1 }", "GET", "/x?limt=1", {}, "query has limt, the rule asks for limit"],
    [
      "charset",
      "headers: { Content-Type: application/json }",
      "POST",
      "/x",
      { headers: { "content-type": "application/json; charset=utf-8" } },
      "headers.content-type differs in its parameters only: use `starts_with: application/json` to accept any charset",
    ],
    [
      "number against string",
      "body: { json: { n: 5 } }",
      "POST",
      "/x",
      { body: { n: "5" } },
      'body.json.n is the string "5", the rule asks for the number 5',
    ],
    [
      "string against number",
      'body: { json: { n: "5" } }',
      "POST",
      "/x",
      { body: { n: 5 } },
      'body.json.n is the number 5, the rule asks for the string "5"',
    ],
    ["method", "method: POST", "GET", "/x", {}, "this rule answers POST, the request is GET"],
    [
      "spaces",
      "headers: { X-Plan: pro }",
      "GET",
      "/x",
      { headers: { "x-plan": "pro " } },
      "headers.x-plan differs in spaces only",
    ],
    [
      "no JSON",
      "body: { json: { n: 5 } }",
      "POST",
      "/x",
      { body: "{n: 5}" },
      "the request body is not JSON: line 1, column 2: a key must be in double quotes",
    ],
    ["no body", "body: { json: { n: 5 } }", "POST", "/x", {}, "there is no body"],
  ])("gets a hint about %s", async (...given) => {
    const [, when, method, url, init, hint] = given;
    const rig = await createMockRig(
      `name: shop\nendpoints:\n  x: { path: /x, methods: [GET, POST], mock: { rules: [{ when: { ${when} }, respond: { body: ok } }] } }\n`,
    );

    const report = (await rig.ask(method, url, init)).json as { readonly hints: readonly string[] };

    expect(report.hints).toEqual([
      expect.stringMatching(/^rules\[0\] comes closest: it fails at /),
      expect.stringContaining(hint),
    ]);
  });
});

/** Conditions with a request that meets them, and what makes each fail. */
const parts = [
  { key: "headers", name: "x-plan", condition: "pro", good: "pro", bad: "free" },
  { key: "headers", name: "accept-language", condition: { starts_with: "de" }, good: "de-AT", bad: "fr" },
  { key: "query", name: "page", condition: 2, good: "2", bad: "3" },
  { key: "query", name: "size", condition: { lte: 50 }, good: "20", bad: "80" },
  { key: "query", name: "q", condition: { matches: "^[a-z]+$" }, good: "shoes", bad: "Shoes1" },
  { key: "cookies", name: "sid", condition: { exists: true }, good: "abc", bad: undefined },
  { key: "json", name: "sku", condition: "A-1", good: "A-1", bad: "B-2" },
  { key: "json", name: "amount", condition: { gt: 0 }, good: 3, bad: -1 },
  { key: "json", name: "paid", condition: true, good: true, bad: "true" },
] as const;

type Part = (typeof parts)[number];

describe("200 seeded mistakes in requests", () => {
  it("are explained with the rule and the field that was meant, at least 95 % of them", async () => {
    const random = createRandom(2026);
    const outcomes: string[] = [];
    while (outcomes.length < 200) {
      const rules = Array.from({ length: 6 }, () => pick(parts, 2 + Math.floor(random() * 3), random));
      const rig = await rigOf(rules);
      for (let mistake = 0; mistake < 10; mistake += 1) {
        const outcome = await tryMistake(rig, rules, random);
        // A request that another rule answers is no miss.
        if (outcome !== "answered" && outcomes.length < 200) outcomes.push(outcome);
      }
    }

    expect(outcomes.filter((outcome) => outcome === "explained").length).toBeGreaterThanOrEqual(190);
  });
});

/** Breaks one field of a request made for one of the rules and says how it went. */
async function tryMistake(rig: MockRig, rules: readonly (readonly Part[])[], random: Random): Promise<string> {
  const index = Math.floor(random() * rules.length);
  const rule = rules[index]!;
  const broken = rule[Math.floor(random() * rule.length)]!;
  const values = rule.map((part) => ({ part, value: part === broken ? part.bad : part.good }));
  const answer = await rig.ask("POST", ...toRequest(values));
  const field = `${broken.key === "json" ? "body.json" : broken.key}.${broken.name}`;
  if (answer.status !== 404) return "answered";
  const report = answer.json as Report;
  const nearest = report.rules.find(({ rule: name }) => name === report.nearest);
  const failed = (nearest?.checks ?? []).filter(({ passed }) => !passed).map((check) => check.field);
  const isRight = report.nearest === `rules[${index}]` && failed.join() === field;
  return isRight ? "explained" : `rules[${index}] ${field}: ${report.nearest} ${failed.join()}`;
}

interface Report {
  readonly nearest: string;
  readonly rules: readonly { readonly rule: string; readonly checks: readonly { field: string; passed: boolean }[] }[];
}

function pick(from: readonly Part[], count: number, random: Random): readonly Part[] {
  return from
    .map((part) => ({ part, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, count)
    .map(({ part }) => part);
}

async function rigOf(rules: readonly (readonly Part[])[]): Promise<MockRig> {
  const lines = rules.map((rule) => {
    const group = (key: string): Record<string, unknown> =>
      Object.fromEntries(rule.filter((part) => part.key === key).map(({ name, condition }) => [name, condition]));
    const when = {
      headers: group("headers"),
      query: group("query"),
      cookies: group("cookies"),
      body: { json: group("json") },
    };
    return `        - ${JSON.stringify({ when, respond: { body: "ok" } })}\n`;
  });
  return createMockRig(
    `name: shop\nendpoints:\n  x:\n    path: /x\n    methods: [POST]\n    mock:\n      rules:\n${lines.join("")}`,
  );
}

function toRequest(values: readonly { readonly part: Part; readonly value: unknown }[]): [url: string, init: AskInit] {
  const group = (key: string): [string, unknown][] =>
    values
      .filter(({ part, value }) => part.key === key && value !== undefined)
      .map(({ part, value }) => [part.name, value]);
  const query = group("query").map(([name, value]) => `${name}=${String(value)}`);
  const cookies = group("cookies").map(([name, value]) => `${name}=${String(value)}`);
  const headers = Object.fromEntries(group("headers")) as Record<string, string>;
  return [
    `/x?${query.join("&")}`,
    { headers: { ...headers, cookie: cookies.join("; ") }, body: Object.fromEntries(group("json")) },
  ];
}
