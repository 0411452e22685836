import { describe, expect, it } from "@jest/globals";
import { createMockRig, type AskInit, type MockRig } from "../../../test/mock-rig.ts";

const head = "name: shop\nendpoints:\n";

/** An endpoint at `/x/{id}` with these rules; each answers with its own index. */
async function rulesRig(conditions: readonly string[], methods = "[GET, POST]"): Promise<MockRig> {
  const rules = conditions.map(
    (when, index) => `        - { ${when}${when === "" ? "" : ", "}respond: { body: "${index}" } }\n`,
  );
  return createMockRig(
    `${head}  x:\n    path: /x/{id}\n    methods: ${methods}\n    mock:\n      unmatched: plain\n      rules:\n${rules.join("")}`,
    { files: { "item.schema.json": '{"type":"object","required":["sku"]}' } },
  );
}

async function winner(rig: MockRig, ...request: [method: string, url: string, init?: AskInit]): Promise<string> {
  const [method, url, init] = request;
  const answer = await rig.ask(method, url, init);
  return answer.status === 404 ? "none" : answer.text;
}

describe("when", () => {
  const form = { headers: { "content-type": "application/x-www-form-urlencoded" } };
  it.each<[string, string, string, AskInit | undefined]>([
    ["method: POST", "POST", "/x/1", undefined],
    ["method: post", "POST", "/x/1", undefined],
    ["method: [PUT, POST]", "POST", "/x/1", undefined],
    ["method: { in: [PUT, POST] }", "POST", "/x/1", undefined],
    ["method: { not: GET }", "POST", "/x/1", undefined],
    ["path: /x/7", "GET", "/x/7", undefined],
    ["path: /x/7/", "GET", "/x/7", undefined],
    ["path: { id: 7 }", "GET", "/x/7", undefined],
    ["path: { id: { in: [7, 8] } }", "GET", "/x/8", undefined],
    ["path: { ends_with: '7' }", "GET", "/x/17", undefined],
    ["path: '/x/{any}'", "GET", "/x/7", undefined],
    ["path: '/x/*'", "GET", "/x/7", undefined],
    ["query: { page: 2 }", "GET", "/x/1?page=2", undefined],
    ["query: { tag: { includes: [a, b] } }", "GET", "/x/1?tag=b&tag=a", undefined],
    ["headers: { X-Plan: pro }", "GET", "/x/1", { headers: { "x-plan": "pro" } }],
    ["cookies: { sid: abc }", "GET", "/x/1", { headers: { cookie: "a=b; sid=abc" } }],
    ["form: { name: Ada }", "POST", "/x/1", { ...form, body: "name=Ada&age=36" }],
    ["body: { json: { total: { gt: 5 } } }", "POST", "/x/1", { body: { total: 6, more: true } }],
    ["body: { json: { items: [] } }", "POST", "/x/1", { body: { items: [] } }],
    ["body: { json_exact: { a: 1 } }", "POST", "/x/1", { body: { a: 1 } }],
    ["body: { jsonpath: '$.items[?@.n > 1]' }", "POST", "/x/1", { body: { items: [{ n: 1 }, { n: 2 }] } }],
    ["body: { jsonpath: { '$.items[*].n': 2 } }", "POST", "/x/1", { body: { items: [{ n: 1 }, { n: 2 }] } }],
    ["body: { jsonpath: { '$.gone': { absent: true } } }", "POST", "/x/1", { body: {} }],
    ["body: { jsonpath: '$[?search(@.a, \"^b+$\")]' }", "POST", "/x/1", { body: [{ a: "bbb" }] }],
    ["body: { schema: item.schema.json }", "POST", "/x/1", { body: { sku: 1 } }],
    ["body: { schema: { type: array } }", "POST", "/x/1", { body: [] }],
    ["body: ping", "POST", "/x/1", { body: "ping" }],
    ["body: { contains: in }", "POST", "/x/1", { body: "ping" }],
    ["body: { text: { starts_with: pi } }", "POST", "/x/1", { body: "ping" }],
    ["expr: 'request.body.total > 100'", "POST", "/x/1", { body: { total: 101 } }],
    ['expr: "${query.a == query.b}"', "GET", "/x/1?a=1&b=1", undefined],
    ["percent: 100", "GET", "/x/1", undefined],
    ["percent: '100%'", "GET", "/x/1", undefined],
  ])("{ %s } fits %s %s", async (...given) => {
    const [when, method, url, init] = given;
    const rig = await rulesRig([`when: { ${when} }`]);

    expect(await winner(rig, method, url, init)).toBe("0");
  });

  it.each<[string, string, string, AskInit | undefined]>([
    ["method: POST", "GET", "/x/1", undefined],
    ["path: { id: 7 }", "GET", "/x/8", undefined],
    ["path: '/y/*'", "GET", "/x/7", undefined],
    ["query: { page: 2 }", "GET", "/x/1", undefined],
    ["headers: { X-Plan: pro }", "GET", "/x/1", { headers: { "x-plan": "free" } }],
    ["form: { name: Ada }", "POST", "/x/1", { body: { name: "Ada" } }],
    ["body: { json: { items: [] } }", "POST", "/x/1", { body: { items: [1] } }],
    ["body: { json: { items: [] } }", "POST", "/x/1", { body: "{" }],
    ["body: { json_exact: { a: 1 } }", "POST", "/x/1", { body: { a: 1, b: 2 } }],
    ["body: { jsonpath: '$.items[?@.n > 2]' }", "POST", "/x/1", { body: { items: [{ n: 1 }] } }],
    ["body: { schema: item.schema.json }", "POST", "/x/1", { body: {} }],
    ["body: ping", "POST", "/x/1", undefined],
    ["expr: 'request.body.total > 100'", "POST", "/x/1", { body: { total: 100 } }],
    ["percent: 0", "GET", "/x/1", undefined],
  ])("{ %s } does not fit %s %s", async (...given) => {
    const [when, method, url, init] = given;
    const rig = await rulesRig([`when: { ${when} }`]);

    expect(await winner(rig, method, url, init)).toBe("none");
  });

  it("reads a JSON body whatever its content type says", async () => {
    const rig = await rulesRig(["when: { body: { json: { a: 1 } } }"]);

    const init = { headers: { "content-type": "application/x-www-form-urlencoded" }, body: '{"a":1}' };

    expect(await winner(rig, "POST", "/x/1", init)).toBe("0");
  });

  it("holds for HEAD when it holds for GET", async () => {
    const rig = await rulesRig(["when: { method: GET }"]);

    expect((await rig.ask("HEAD", "/x/1")).status).toBe(200);
  });
});

describe("the order of rules", () => {
  it.each<[string, readonly string[], string]>([
    ["the more specific first", ["", "when: { query: { a: 1 } }"], "1"],
    ["two conditions before one", ["when: { query: { a: 1 } }", "when: { query: { a: 1, b: 1 } }"], "1"],
    ["an exact value before a pattern", ["when: { query: { a: { matches: '1' } } }", "when: { query: { a: 1 } }"], "1"],
    [
      "a pattern before mere existence",
      ["when: { query: { a: { exists: true } } }", "when: { query: { a: { matches: '1' } } }"],
      "1",
    ],
    ["the first in the file among equals", ["when: { query: { a: 1 } }", "when: { query: { b: 1 } }"], "0"],
    ["priority before everything", ["priority: 1", "when: { query: { a: 1, b: 1 } }"], "0"],
    ["a negative priority last", ["priority: -1, when: { query: { a: 1, b: 1 } }", ""], "1"],
    ["a scenario state before none", ["", "scenario: { name: s, is: started }"], "1"],
  ])("is %s", async (_, conditions, expected) => {
    const rig = await rulesRig(conditions);

    expect(await winner(rig, "GET", "/x/1?a=1&b=1")).toBe(expected);
  });
});

describe("methods of an endpoint with rules", () => {
  it.each([
    ["the listed ones and those rules name", "methods: [PUT]", "when: { method: DELETE }", ["DELETE", "PUT"]],
    ["GET for a rule that names none", "", "", ["GET"]],
    [
      "those with a body for a rule that looks at one",
      "",
      "when: { body: { json: {} } }",
      ["GET", "PATCH", "POST", "PUT"],
    ],
    ["only what rules name", "", "when: { method: [POST, PUT] }", ["POST", "PUT"]],
  ])("are %s", async (...given) => {
    const [, methods, when, expected] = given;
    const rule = `{ ${when}${when && ", "}respond: { status: 204 } }`;

    const rig = await createMockRig(`${head}  x:\n    path: /x\n    ${methods}\n    mock: { rules: [${rule}] }\n`);

    expect(rig.routes.flatMap((route) => route.methods).sort()).toEqual(expected);
  });
});

describe("a scenario", () => {
  const yaml = `
name: shop
mock: { session: { by: "header:X-Session" } }
endpoints:
  order:
    path: /order
    methods: [GET, POST]
    mock:
      rules:
        - when: { method: POST }
          scenario: { name: order, is: started, becomes: paid }
          respond: { status: 201, body: paid }
        - when: { method: POST }
          scenario: { name: order, is: [paid, shipped] }
          respond: { status: 409, body: again }
        - when: { method: GET }
          respond: { body: "\${state.order || 'started'}" }
`;

  it("moves on with the answer", async () => {
    const rig = await createMockRig(yaml);

    const before = await rig.ask("GET", "/order");
    const first = await rig.ask("POST", "/order");
    const second = await rig.ask("POST", "/order");
    const after = await rig.ask("GET", "/order");

    expect([before.text, first.status, second.status, after.text]).toEqual(["started", 201, 409, "paid"]);
  });

  it("lets one of many parallel requests through", async () => {
    const rig = await createMockRig(yaml);

    const answers = await Promise.all(Array.from({ length: 50 }, async () => (await rig.ask("POST", "/order")).status));

    expect(answers.filter((status) => status === 201)).toHaveLength(1);
  });

  it("is each session's own", async () => {
    const rig = await createMockRig(yaml);
    await rig.ask("POST", "/order", { headers: { "x-session": "a" } });

    const other = await rig.ask("POST", "/order", { headers: { "x-session": "b" } });

    expect(other.status).toBe(201);
  });

  it("begins again after a reset of its session", async () => {
    const rig = await createMockRig(yaml);
    const headers = { "x-session": "a" };
    await rig.ask("POST", "/order", { headers });

    await rig.reset("a");

    expect((await rig.ask("POST", "/order", { headers })).status).toBe(201);
  });
});

describe("a sequence", () => {
  it.each([
    ["", [503, 503, 200, 200, 200]],
    ["then: repeat_last,", [503, 503, 200, 200, 200]],
    ["then: cycle,", [503, 503, 200, 503, 503]],
    ["then: next_rule,", [503, 503, 200, 418, 418]],
  ])("with %s gives %j", async (then, expected) => {
    const rig = await createMockRig(`${head}  x:
    path: /x
    mock:
      rules:
        - { ${then} sequence: [{ status: 503 }, { status: 503 }, { status: 200, body: { ok: true } }] }
        - { respond: { status: 418 } }
`);

    const statuses: number[] = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await rig.ask("GET", "/x")).status);

    expect(statuses).toEqual(expected);
  });

  it("may break the connection in one of its steps", async () => {
    const rig = await createMockRig(
      `${head}  x:\n    path: /x\n    mock: { rules: [{ sequence: [{ fault: reset }, { status: 200 }] }] }\n`,
    );

    const [first, second] = [await rig.ask("GET", "/x"), await rig.ask("GET", "/x")];

    expect([first.fault?.kind, second.status]).toEqual(["reset", 200]);
  });
});

describe("chance, every and window", () => {
  it("chance takes its share of the requests, repeatably", async () => {
    const yaml = `name: shop\nseed: 5\nendpoints:\n  x: { path: /x, mock: { body: ok, rules: [{ chance: 20%, respond: { status: 503 } }] } }\n`;
    const count = async (): Promise<number> => {
      const rig = await createMockRig(yaml);
      let failed = 0;
      for (let index = 0; index < 2000; index += 1) failed += (await rig.ask("GET", "/x")).status === 503 ? 1 : 0;
      return failed;
    };

    const failed = await count();

    expect(Math.abs(failed - 400)).toBeLessThan(60);
    expect(await count()).toBe(failed);
  });

  it("every takes each nth", async () => {
    const rig = await createMockRig(
      `${head}  x: { path: /x, mock: { body: ok, rules: [{ every: 3, respond: { status: 503 } }] } }\n`,
    );

    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await rig.ask("GET", "/x")).status);

    expect(statuses).toEqual([200, 200, 503, 200, 200, 503]);
  });

  it("window holds for its stretch of time", async () => {
    const rig = await createMockRig(
      `${head}  x: { path: /x, mock: { body: ok, rules: [{ window: { after: 10s, for: 5s, every: 60s }, respond: { status: 503 } }] } }\n`,
    );
    const at = async (seconds: number): Promise<number> => {
      await rig.time.advance(seconds * 1000);
      return (await rig.ask("GET", "/x")).status;
    };

    const statuses = [await at(0), await at(10), await at(4.9), await at(0.1), await at(55)];

    expect(statuses).toEqual([200, 503, 503, 200, 503]);
  });
});

describe("count", () => {
  it("counts the requests of a route and session", async () => {
    const rig = await createMockRig(`
name: shop
mock: { session: { by: "query:s" } }
endpoints:
  x: { path: /x, methods: [GET, PUT], mock: { body: "\${count}" } }
`);

    const counts = [
      await rig.ask("GET", "/x"),
      await rig.ask("GET", "/x"),
      await rig.ask("PUT", "/x"),
      await rig.ask("GET", "/x?s=a"),
    ].map(({ json }) => json);

    expect(counts).toEqual([1, 2, 1, 1]);
  });
});

describe("5,000 rules", () => {
  it("cost a route only its own", async () => {
    const endpoints = Array.from(
      { length: 1000 },
      (_, index) =>
        `  e${index}: { path: /e${index}, mock: { rules: [${Array.from({ length: 5 }, (__, rule) => `{ when: { query: { q: ${rule} } }, respond: { body: ${rule} } }`).join(", ")}] } }`,
    );
    const rig = await createMockRig(`${head}${endpoints.join("\n")}\n`);
    const before = process.cpuUsage();

    for (let index = 0; index < 1000; index += 1) await rig.ask("GET", `/e${index}?q=3`);

    // A scan of all rules would be 5,000,000 tests.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
    expect((await rig.ask("GET", "/e999?q=3")).json).toBe(3);
  });
});

describe("64 sessions with 1,000 requests each", () => {
  it("neither mix nor lose an update", async () => {
    const rig = await createMockRig(`
name: shop
mock: { session: { by: "header:X-Session" } }
endpoints:
  hit:
    path: /hit
    methods: [POST]
    mock:
      rules:
        - sequence: [{ body: { step: 0, n: "\${state.incr('n', 1)}" } }, { body: { step: 1, n: "\${state.incr('n', 1)}" } }]
          then: cycle
`);
    const wrong: string[] = [];
    const ask = async (session: string, expected: number): Promise<void> => {
      const answer = await rig.ask("POST", "/hit", { headers: { "x-session": session } });
      const { step, n } = answer.json as { readonly step: number; readonly n: number };
      if (n !== expected || step !== (expected - 1) % 2) wrong.push(`${session} ${expected}`);
    };
    const asked: Promise<void>[] = [];
    for (let request = 1; request <= 1000; request += 1) {
      for (let session = 0; session < 64; session += 1) asked.push(ask(`s${session}`, request));
    }

    await Promise.all(asked);

    expect(wrong).toEqual([]);
  }, 60_000);
});
