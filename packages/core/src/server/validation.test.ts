import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { BackworksError } from "../errors.ts";
import { isBackworksError } from "../errors.ts";
import { openApp } from "./open-app.ts";
import type { OpenApp } from "./open-app.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: {
    readonly code?: string;
    readonly detail?: string;
    readonly more?: number;
    readonly violations?: readonly Violation[];
    readonly [key: string]: unknown;
  };
  readonly text: string;
}

interface Violation {
  readonly in: string;
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
}

type Asked = readonly [request: string, body?: unknown, headers?: Readonly<Record<string, string>>];

/** Sends `POST /users?x=1`; an object is sent as JSON. */
async function ask(app: OpenApp, [line, body, headers = {}]: Asked): Promise<Answer> {
  const [method = "GET", url = "/"] = line.split(" ");
  const isText = body === undefined || typeof body === "string";
  const answer = await app.inject({
    method,
    url,
    headers: { ...(!isText && { "content-type": "application/json" }), ...headers },
    body: isText ? body : JSON.stringify(body),
  });
  const text = Buffer.from(answer.body).toString();
  return { status: answer.status, headers: answer.headers, text, json: text.startsWith("{") ? JSON.parse(text) : {} };
}

/** `in pointer keyword` of each violation. */
function wrongIn({ json }: Answer): readonly string[] {
  return (json.violations ?? []).map(({ in: part, pointer, keyword }) => `${part} ${pointer} ${keyword}`);
}

function endpoint(lines: string, methods = "[GET, POST, PUT, PATCH, DELETE]"): string {
  return `
name: checked
endpoints:
  things:
    path: /things/{id}
    methods: ${methods}
    mock:
      body: { id: "\${path.id}", query: "\${query}", body: "\${body}", plan: "\${headers.x-plan}", cookies: "\${cookies}" }
${lines.replace(/^/gm, "    ")}
`;
}

async function refusalOf(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly BackworksError[]> {
  try {
    await using _app = await openApp({ text, cwd: folderOf(files) });
  } catch (error) {
    if (isBackworksError(error)) return error.errors;
  }
  return [];
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder("validation");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("schema", () => {
  const text = endpoint(`
schema:
  type: object
  required: [name]
  additionalProperties: false
  properties:
    name: { type: string, minLength: 1, maxLength: 20 }
    age: { type: integer, minimum: 0 }
    mail: { type: string, format: email }
    tags: { type: array, items: { type: string }, uniqueItems: true }
    kind: { enum: [pen, ink] }
    x-code: { type: string, pattern: "^[A-Z]{3}$" }
`);

  it.each<[string, unknown, readonly string[]]>([
    [
      "everything that is right",
      { name: "Pen", age: 1, mail: "a@b.cd", tags: ["x"], kind: "ink", "x-code": "ABC" },
      [],
    ],
    ["what is missing", {}, ["body /name required"]],
    ["a type", { name: 5 }, ["body /name type"]],
    ["no number that is a text", { name: "a", age: "5" }, ["body /age type"]],
    ["what nobody asked for", { name: "a", nmae: 1 }, ["body /nmae additionalProperties"]],
    ["a format", { name: "a", mail: "nobody" }, ["body /mail format"]],
    ["equal items", { name: "a", tags: ["x", "x"] }, ["body /tags uniqueItems"]],
    ["an item", { name: "a", tags: ["x", 1] }, ["body /tags/1 type"]],
    ["a pattern of a name that begins with x-", { name: "a", "x-code": "abc" }, ["body /x-code pattern"]],
    ["several at once", { age: -1, kind: "cup" }, ["body /name required", "body /age minimum", "body /kind enum"]],
    ["what is no object", [1], ["body  type"]],
    ["null", null, ["body  type"]],
    ["a name that objects inherit", { name: "a", toString: 1 }, ["body /toString additionalProperties"]],
  ])("looks at %s", async (_name, body, wrong) => {
    await using app = await openApp({ text });

    const answer = await ask(app, ["POST /things/1", body]);

    expect(wrongIn(answer)).toEqual(wrong);
    expect(answer.status).toBe(wrong.length === 0 ? 200 : 400);
  });

  it("answers with a problem that repeats no value", async () => {
    await using app = await openApp({ text });

    const {
      status,
      json,
      headers,
      text: answer,
    } = await ask(app, ["POST /things/1", { name: "s3cr3t".repeat(9), age: "s3cr3t" }]);

    expect(status).toBe(400);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(json).toMatchObject({
      code: "BW_REQUEST_INVALID",
      detail: "body /name must NOT have more than 20 characters and 1 more",
      violations: [
        { in: "body", pointer: "/name", keyword: "maxLength", message: "must NOT have more than 20 characters" },
        { in: "body", pointer: "/age", keyword: "type", message: "must be integer" },
      ],
    });
    expect(answer).not.toContain("s3cr3t");
  });

  it("lists ten violations and says how many others there are", async () => {
    await using app = await openApp({ text });

    const { json } = await ask(app, [
      "POST /things/1",
      { name: "a", tags: Array.from({ length: 25 }, (_, index) => index) },
    ]);

    expect(json.violations).toHaveLength(10);
    expect(json.more).toBe(15);
  });

  it("names the first violation of a large body only", async () => {
    await using app = await openApp({ text });
    const tags = Array.from({ length: 300_000 }, () => 1);

    const answer = await ask(app, ["POST /things/1", { name: "a", tags }]);

    expect(wrongIn(answer)).toHaveLength(1);
  });

  it("is quick with many items that must differ", async () => {
    await using app = await openApp({ text: endpoint("schema: { type: array, uniqueItems: true }") });

    const answer = await ask(app, [
      "POST /things/1",
      `[${"[[]],".repeat(150_000)}1]`,
      { "content-type": "application/json" },
    ]);

    expect(wrongIn(answer)).toEqual(["body  uniqueItems"]);
  });

  it.each<[string, Asked, number, string | undefined]>([
    ["a body that is missing", ["POST /things/1"], 400, "BW_REQUEST_BODY_MISSING"],
    ["a body that is missing of PUT", ["PUT /things/1"], 400, "BW_REQUEST_BODY_MISSING"],
    ["no body of GET", ["GET /things/1"], 200, undefined],
    ["no body of HEAD", ["HEAD /things/1"], 200, undefined],
    ["no body of OPTIONS", ["OPTIONS /things/1"], 204, undefined],
    ["no body of DELETE", ["DELETE /things/1"], 200, undefined],
    ["a body of DELETE that is there", ["DELETE /things/1", {}], 400, "BW_REQUEST_INVALID"],
    ["broken JSON", ["POST /things/1", "{", { "content-type": "application/json" }], 400, "BW_REQUEST_JSON"],
    ["a text", ["POST /things/1", "name", { "content-type": "text/plain" }], 415, "BW_REQUEST_MEDIA_TYPE"],
    ["a text without a type", ["POST /things/1", "name"], 415, "BW_REQUEST_MEDIA_TYPE"],
    ["JSON without a type", ["POST /things/1", '{"name":"a"}'], 200, undefined],
    [
      "JSON that calls itself a text",
      ["POST /things/1", '{"name":"a"}', { "content-type": "text/plain" }],
      415,
      "BW_REQUEST_MEDIA_TYPE",
    ],
    [
      "a form",
      ["POST /things/1", "name=a&age=5", { "content-type": "application/x-www-form-urlencoded" }],
      200,
      undefined,
    ],
    [
      "a form that is wrong",
      ["POST /things/1", "name=a&age=x", { "content-type": "application/x-www-form-urlencoded" }],
      400,
      "BW_REQUEST_INVALID",
    ],
    [
      "__proto__",
      ["POST /things/1", '{"name":"a","__proto__":{}}', { "content-type": "application/json" }],
      400,
      "BW_REQUEST_KEY",
    ],
  ])("meets %s", async (_name, asked, ...expected) => {
    await using app = await openApp({ text });

    const answer = await ask(app, asked);

    expect([answer.status, answer.json.code]).toEqual(expected);
  });

  it("says which types it takes", async () => {
    await using app = await openApp({ text });

    const post = await ask(app, ["POST /things/1", "x", { "content-type": "text/plain" }]);
    const patch = await ask(app, ["PATCH /things/1", "x", { "content-type": "text/plain" }]);

    expect(post.headers["accept-post"]).toMatch(/^application\/json, /);
    expect(patch.headers["accept-patch"]).toMatch(/^application\/json, /);
  });

  it("has a part for each part of the request", async () => {
    await using app = await openApp({
      text: endpoint(`
schema:
  path: { properties: { id: { type: integer, minimum: 1 } } }
  query:
    required: [limit]
    additionalProperties: false
    properties: { limit: { type: integer, maximum: 9 }, tag: { type: array, items: { type: integer } }, all: { type: boolean } }
  headers: { required: [X-Plan], properties: { X-Plan: { enum: [free, paid] } } }
  cookies: { properties: { theme: { type: string, maxLength: 5 } } }
`),
    });

    const wrong = await ask(app, [
      "GET /things/a?limit=10&tag=1&tag=x&all=maybe&b=1",
      undefined,
      { cookie: "theme=colourful" },
    ]);
    const right = await ask(app, [
      "GET /things/7?limit=9&tag=1&tag=2&all=true",
      undefined,
      { "X-PLAN": "free", cookie: "theme=dark" },
    ]);

    expect(wrongIn(wrong).toSorted()).toEqual([
      "cookies /theme maxLength",
      "headers /x-plan required",
      "path /id type",
      "query /all type",
      "query /b additionalProperties",
      "query /limit maximum",
      "query /tag/1 type",
    ]);
    expect(right.status).toBe(200);
  });

  it.each([
    ["http://json-schema.org/draft-07/schema#", "items: [{ type: string }, { type: integer }]"],
    ["https://json-schema.org/draft/2020-12/schema", "prefixItems: [{ type: string }, { type: integer }]"],
  ])("reads %s", async (draft, lines) => {
    await using app = await openApp({ text: endpoint(`schema: { $schema: "${draft}", ${lines} }`) });

    expect((await ask(app, ["POST /things/1", ["a", 1]])).status).toBe(200);
    expect(wrongIn(await ask(app, ["POST /things/1", ["a", "b"]]))).toEqual(["body /1 type"]);
  });

  it("may stand in files, which refer to each other", async () => {
    const cwd = folderOf({
      "user.json":
        '{"properties":{"name":{"type":"string"},"home":{"$ref":"shared/../address.yaml#/$defs/place"},"boss":{"$ref":"#"}}}',
      "address.yaml":
        "$defs: { place: { type: object, required: [town], properties: { owner: { $ref: user.json } } } }",
    });
    await using app = await openApp({ text: endpoint("schema: ./user.json"), cwd });

    const answer = await ask(app, ["POST /things/1", { name: "a", boss: { name: 1 }, home: { owner: { name: 2 } } }]);

    expect(wrongIn(answer).toSorted()).toEqual([
      "body /boss/name type",
      "body /home/owner/name type",
      "body /home/town required",
    ]);
  });

  it("refers to its own definitions, in a circle too", async () => {
    await using app = await openApp({
      text: endpoint(`
schema:
  $ref: "#/$defs/tree"
  $defs: { tree: { type: object, required: [leaf], properties: { leaf: { type: string }, next: { $ref: "#/$defs/tree" } } } }
`),
    });

    expect(wrongIn(await ask(app, ["POST /things/1", { leaf: "a", next: { leaf: "b", next: {} } }]))).toEqual([
      "body /next/next/leaf required",
    ]);
  });

  it.each<[string, string, string, string]>([
    ["a keyword nobody knows", "schema:\n  proprties: {}", "10:7", "did you mean properties?"],
    ["a type nobody knows", "schema:\n  properties:\n    a: { type: strng }", "11:20", "did you mean string?"],
    [
      "a reference to elsewhere",
      'schema:\n  properties:\n    a: { $ref: "https://example.com/a.json" }',
      "11:20",
      "nothing is loaded from elsewhere",
    ],
    [
      "a reference without a scheme to elsewhere",
      'schema:\n  properties:\n    a: { $ref: "//example.com/a.json" }',
      "11:20",
      "nothing is loaded from elsewhere",
    ],
    ["a reference to a file outside", "schema:\n  properties:\n    a: { $ref: ../../a.json }", "", "outside"],
    ["a reference to no file", "schema:\n  properties:\n    a: { $ref: nope.json }", "", "does not exist"],
    [
      "a reference to nothing",
      'schema:\n  properties:\n    a: { $ref: "#/nope" }',
      "11:20",
      "refers to #/nope, which is nowhere",
    ],
    [
      "a pattern that looks around",
      'schema:\n  properties:\n    a: { pattern: "(?=a)b" }',
      "11:23",
      "invalid or unsupported Perl syntax",
    ],
    [
      "a format nobody knows",
      "schema:\n  properties:\n    a: { type: string, format: emial }",
      "11:36",
      "did you mean email?",
    ],
    ["another draft", 'schema:\n  $schema: "http://json-schema.org/draft-04/schema#"', "10:16", "draft-07 or 2020-12"],
    ["parts beside keywords", "schema:\n  query: {}\n  type: object", "11:7", "beside parts"],
    ["a part nobody knows", "schema:\n  query: {}\n  cookie: {}", "11:7", "did you mean cookies?"],
    ["a path parameter nobody has", "schema:\n  path: { properties: { idd: {} } }", "", "did you mean id?"],
    ["a rule with a slip", "validation:\n  create:\n    name: { typ: string }", "11:17", "did you mean type?"],
    [
      "a rule with a wrong word of old",
      "validation:\n  create:\n    name: { max_length: many }",
      "11:29",
      "must be integer",
    ],
    ["a parameter with a slip", "parameters:\n  - { name: a, in: query, maxmum: 5 }", "10:31", "did you mean maximum?"],
    [
      "a parameter with a slip in its schema",
      "parameters:\n  - { name: a, in: query, schema: { maxmum: 5 } }",
      "10:41",
      "did you mean maximum?",
    ],
    [
      "a parameter from nowhere",
      "parameters:\n  - { name: a, in: body_, type: string }",
      "10:24",
      "did you mean body?",
    ],
    [
      "a path parameter that the path has not",
      "parameters:\n  - { name: a, in: path, type: string }",
      "",
      "no path of the endpoint has",
    ],
    ["a key of validation", "validation:\n  creat: {}", "10:7", "did you mean create?"],
  ])("is refused with its place: %s", async (_name, lines, ...[place, words]) => {
    const errors = await refusalOf(endpoint(lines).replace(/\n\n/g, "\n"));

    expect(errors.map((error) => `${error.message} ${error.hint ?? ""}`).join("\n")).toContain(words);
    expect(errors).toHaveLength(1);
    const [{ where } = { where: undefined }] = errors;
    expect(`${where?.line}:${where?.column}`).toBe(place || `${where?.line}:${where?.column}`);
    expect(where?.line).toBeGreaterThanOrEqual(9);
  });

  it("about a body is refused where no request has one", async () => {
    const [error] = await refusalOf(endpoint("schema: { type: object }", "[GET]"));

    expect(error?.code).toBe("BW_SCHEMA_MISPLACED");
  });
});

describe("parameters", () => {
  const text = endpoint(`
parameters:
  - { name: id, type: integer, minimum: 1 }
  - { name: limit, in: query, type: integer, maximum: 100, default: 20 }
  - { name: sort, in: query, schema: { type: array, items: { enum: [name, age] } } }
  - { name: X-Plan, in: header, type: string, enum: [free, paid], default: free }
  - { name: theme, in: cookie, type: string, max_length: 5, default: light }
  - { name: price, type: number, required: true }
`);

  it("are read from text as their type says, and missing ones have their default", async () => {
    await using app = await openApp({ text });

    const answer = await ask(app, ["GET /things/7?price=1.5&sort=age"]);

    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      id: 7,
      query: { price: "1.5", sort: "age", limit: "20" },
      plan: "free",
      cookies: { theme: "light" },
    });
  });

  it("are in the body of requests that have one, unless they say where", async () => {
    await using app = await openApp({ text });

    expect(wrongIn(await ask(app, ["POST /things/7", { price: "1.5" }]))).toEqual(["body /price type"]);
    expect(wrongIn(await ask(app, ["GET /things/7"]))).toEqual(["query /price required"]);
    expect((await ask(app, ["POST /things/7", { price: 1.5 }])).status).toBe(200);
    expect((await ask(app, ["POST /things/7"])).json.code).toBe("BW_REQUEST_BODY_MISSING");
  });

  it.each([
    ["price=01", "query /price type"],
    ["price=0x10", "query /price type"],
    ["price=", "query /price type"],
    ["price=%2B1", "query /price type"],
    ["price=Infinity", "query /price type"],
    ["price=1&price=2", "query /price type"],
    ["price=1&limit=1.5", "query /limit type"],
    ["price=1&limit=101", "query /limit maximum"],
    ["price=1&sort=name&sort=size", "query /sort/1 enum"],
  ])("refuse %s", async (search, wrong) => {
    await using app = await openApp({ text });

    expect(wrongIn(await ask(app, [`GET /things/7?${search}`]))).toEqual([wrong]);
  });

  it.each(["price=-1.5e3", "price=0", "price=1&limit=100&sort=name&sort=age"])("take %s", async (search) => {
    await using app = await openApp({ text });

    expect((await ask(app, [`GET /things/7?${search}`])).status).toBe(200);
  });
});

describe("validation", () => {
  const text = endpoint(`
validation:
  create:
    name: { type: string, required: true, min_length: 2, max_length: 5 }
    mail: { type: email, required: true }
    home: { type: object, properties: { town: { type: string, required: true } } }
  update:
    name: { type: string, max_length: 5 }
`);

  it("of what is created and of what is changed", async () => {
    await using app = await openApp({ text });

    expect(wrongIn(await ask(app, ["POST /things/1", { name: "a", home: {} }])).toSorted()).toEqual([
      "body /home/town required",
      "body /mail required",
      "body /name minLength",
    ]);
    expect((await ask(app, ["PATCH /things/1", {}])).status).toBe(200);
    expect(wrongIn(await ask(app, ["PUT /things/1", { name: "too long" }]))).toEqual(["body /name maxLength"]);
    expect((await ask(app, ["POST /things/1", { name: "ab", mail: "a@b.cd", more: 1 }])).status).toBe(200);
  });

  it("by a schema and a list of what is required", async () => {
    await using app = await openApp({
      text: endpoint(
        "validation: { required: [name, age], schema: { name: { type: string, min_length: 2 }, age: { type: integer, min: 13 } } }",
      ),
    });

    expect(wrongIn(await ask(app, ["POST /things/1", { name: "a" }])).toSorted()).toEqual([
      "body /age required",
      "body /name minLength",
    ]);
    expect(wrongIn(await ask(app, ["PUT /things/1", { name: "ab", age: 12 }]))).toEqual(["body /age minimum"]);
  });
});

describe("an endpoint that says nothing of its requests", () => {
  it("has no check", async () => {
    await using app = await openApp({ text: endpoint("") });

    expect(app.app.routes.map(({ validate }) => validate)).toEqual(app.app.routes.map(() => null));
  });
});
