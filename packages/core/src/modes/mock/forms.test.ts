import { describe, expect, it } from "@jest/globals";
import { createMockRig } from "../../../test/mock-rig.ts";

describe("a status without a body", () => {
  it.each([
    ["204", "{ status: 204, body: { a: 1 } }"],
    ["205", "{ status: 205, body: text }"],
    ["a status of the request", "{ status: '${query.status}', body: { id: '${query.id}' } }"],
  ])("has no content type with %s", async (_name, mock) => {
    const rig = await createMockRig(`name: shop\nendpoints: { a: { path: /a, mock: ${mock} } }`);

    const answer = await rig.ask("GET", "/a?status=204");

    expect(answer.headers).not.toHaveProperty("content-type");
  });

  it("keeps the content type that the configuration names", async () => {
    const mock = "{ status: 204, headers: { Content-Type: text/csv } }";
    const rig = await createMockRig(`name: shop\nendpoints: { a: { path: /a, mock: ${mock} } }`);

    expect((await rig.ask("GET", "/a")).headers["content-type"]).toBe("text/csv");
  });
});

describe("mock.data", () => {
  const yaml = `
name: shop
endpoints:
  users:
    path: /users
    methods: [GET, POST, DELETE]
    mock: { data: [{ id: 1, name: Ada }] }
`;

  it.each([
    ["GET", 200],
    ["POST", 201],
    ["DELETE", 200],
  ])("answers %s with %d", async (method, status) => {
    const rig = await createMockRig(yaml);

    const answer = await rig.ask(method, "/users");

    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.json).toEqual([{ id: 1, name: "Ada" }]);
  });

  it("answers a method that is not listed with 405", async () => {
    const rig = await createMockRig(yaml);

    expect((await rig.ask("PUT", "/users")).status).toBe(405);
  });

  it("answers every request with the same frozen response", async () => {
    const rig = await createMockRig(yaml);

    const [first, second] = [await rig.ask("GET", "/users"), await rig.ask("GET", "/users")];

    expect(first.response.body).toBe(second.response.body);
    expect(first.headers["content-length"]).toBe(String(first.text.length));
  });

  it.each([
    ["users.json", '[{"id": 1}]', [{ id: 1 }]],
    ["users.yaml", "- id: 1\n", [{ id: 1 }]],
    ["users.csv", "id,name\n1,Ada\n", [{ id: 1, name: "Ada" }]],
  ])("reads %s", async (file, text, expected) => {
    const rig = await createMockRig(`name: shop\nendpoints:\n  users: { path: /users, mock: { data: ./${file} } }\n`, {
      files: { [file]: text },
    });

    expect((await rig.ask("GET", "/users")).json).toEqual(expected);
  });

  it("evaluates expressions in a file", async () => {
    const rig = await createMockRig(
      `name: shop\nendpoints:\n  user: { path: "/users/{id}", mock: { data: user.json } }\n`,
      {
        files: { "user.json": '{"id": "${path.id}", "name": "User ${path.id}"}' },
      },
    );

    expect((await rig.ask("GET", "/users/7")).json).toEqual({ id: "7", name: "User 7" });
  });

  it.each(["./orders/${path.id}.json", "${path.id}.yaml"])(
    "refuses the file %s, which a request would choose",
    async (file) => {
      const made = createMockRig(
        `name: shop\nendpoints:\n  order: { path: "/orders/{id}", mock: { data: "${file}" } }\n`,
      );

      await expect(made).rejects.toMatchObject({ errors: [{ code: "BW_MOCK_DATA_FILE", where: { line: 3 } }] });
    },
  );

  it("takes a sentence for a sentence", async () => {
    const rig = await createMockRig(`name: shop\nendpoints:\n  x: { path: /x, mock: { data: "read users.json" } }\n`);

    expect((await rig.ask("GET", "/x")).text).toBe("read users.json");
  });

  it("sends a text as text and null as nothing", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  text: { path: /text, mock: { data: hello } }
  none: { path: /none, mock: { data: null } }
`);

    const [text, none] = [await rig.ask("GET", "/text"), await rig.ask("GET", "/none")];

    expect([text.headers["content-type"], text.text]).toEqual(["text/plain; charset=utf-8", "hello"]);
    expect([none.status, none.text, none.headers["content-type"]]).toEqual([200, "", undefined]);
  });

  it("is mock.data of a body beside it", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  users: { path: /users, mock: { data: [1, 2, 3], body: { total: "\${mock.data.length}", rows: "\${mock.data}" }, status: 206 } }
`);

    const answer = await rig.ask("GET", "/users");

    expect(answer.status).toBe(206);
    expect(answer.json).toEqual({ total: 3, rows: [1, 2, 3] });
  });
});

describe("mock with a response", () => {
  it("sends status, headers and body", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  teapot:
    path: /teapot
    mock: { status: 418, headers: { X-Pot: small, Set-Cookie: [a=1, b=2] }, body: "short and stout" }
`);

    const answer = await rig.ask("GET", "/teapot");

    expect(answer.status).toBe(418);
    expect([...answer.response.headers.entries()]).toEqual([
      ["x-pot", "small"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["content-type", "text/plain; charset=utf-8"],
      ["content-length", "15"],
    ]);
    expect(answer.text).toBe("short and stout");
  });

  it("sends a text as it is under a content type of its own", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  page: { path: /page, mock: { headers: { Content-Type: application/json }, body: '{"a":1}' } }
`);

    const answer = await rig.ask("GET", "/page");

    expect([answer.headers["content-type"], answer.text]).toEqual(["application/json", '{"a":1}']);
  });

  it("evaluates status, headers and body", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  any:
    path: /any/{code:int}
    mock:
      status: "\${path.code}"
      headers: { X-Name: "\${query.name}", X-Gone: "\${query.gone}", X-Count: "\${1 + 1}" }
      body: { code: "\${path.code}", text: "code \${path.code}" }
`);

    const answer = await rig.ask("GET", "/any/404?name=Ada%0d%0aX-Evil:%201");

    expect(answer.status).toBe(404);
    expect(answer.json).toEqual({ code: 404, text: "code 404" });
    expect(answer.headers["x-name"]).toBe("Ada  X-Evil: 1");
    expect(answer.headers["x-evil"]).toBeUndefined();
    expect(answer.headers["x-gone"]).toBeUndefined();
    expect(answer.headers["x-count"]).toBe("2");
  });

  it("answers 500 for a status that is none", async () => {
    const rig = await createMockRig(
      `name: shop\nendpoints:\n  any: { path: /any, mock: { status: "\${query.code}" } }\n`,
    );

    const answer = await rig.ask("GET", "/any?code=99");

    expect([answer.status, answer.headers["x-code"]]).toEqual([500, "BW_MOCK_STATUS_INVALID"]);
  });

  it("writes a problem from a text or an object", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  empty: { path: /empty, mock: { status: 422, problem: "empty order" } }
  taken: { path: /taken, mock: { problem: { status: 409, type: "https://x.example/taken", name: "\${query.name}" } } }
`);

    const [empty, taken] = [await rig.ask("GET", "/empty"), await rig.ask("GET", "/taken?name=Ada")];

    expect([empty.status, empty.headers["content-type"]]).toEqual([422, "application/problem+json"]);
    expect(empty.json).toEqual({
      type: "about:blank",
      title: "Unprocessable Content",
      status: 422,
      detail: "empty order",
    });
    expect(taken.status).toBe(409);
    expect(taken.json).toEqual({ type: "https://x.example/taken", title: "Conflict", status: 409, name: "Ada" });
  });
});

describe("body_file", () => {
  const yaml = `
name: shop
endpoints:
  order: { path: "/orders/{id}", mock: { body_file: "./orders/\${path.id}.json" } }
  logo: { path: /logo, mock: { body_file: logo.svg } }
  mail: { path: /mail, mock: { body_file: mail.html, template: true } }
`;
  const files = {
    "orders/7.json": '{"id": 7, "note": "${kept}"}',
    "orders/.hidden.json": "{}",
    "secret.json": "{}",
    "logo.svg": "<svg/>",
    "mail.html": "<p>Dear ${query.name}</p>",
  };

  it("sends the file a request names, byte for byte", async () => {
    const rig = await createMockRig(yaml, { files });

    const answer = await rig.ask("GET", "/orders/7");

    expect([answer.status, answer.headers["content-type"], answer.text]).toEqual([
      200,
      "application/json",
      files["orders/7.json"],
    ]);
  });

  it.each(["8", "..%2Fsecret", "%2E%2E%2Fsecret", ".hidden", "x%00", "..%2F..%2F..%2Fetc%2Fpasswd"])(
    "answers 404 for %s, whether the file is missing or out of reach",
    async (id) => {
      const rig = await createMockRig(yaml, { files });

      const answer = await rig.ask("GET", `/orders/${id}`);

      expect([400, 404]).toContain(answer.status);
    },
  );

  it("sends a fixed file with its type", async () => {
    const rig = await createMockRig(yaml, { files });

    const answer = await rig.ask("GET", "/logo");

    expect([answer.headers["content-type"], answer.text]).toEqual(["image/svg+xml", "<svg/>"]);
  });

  it("evaluates the text of a file when asked to", async () => {
    const rig = await createMockRig(yaml, { files });

    const answer = await rig.ask("GET", "/mail?name=Ada");

    expect([answer.headers["content-type"], answer.text]).toEqual(["text/html; charset=utf-8", "<p>Dear Ada</p>"]);
  });

  it("is a mistake when a fixed file is missing", async () => {
    const broken = "name: shop\nendpoints:\n  logo: { path: /logo, mock: { body_file: gone.svg } }\n";

    await expect(createMockRig(broken)).rejects.toMatchObject({
      errors: [{ code: "BW_FILE_MISSING", where: { line: 3 } }],
    });
  });
});

describe("mock_responses", () => {
  const yaml = `
name: shop
endpoints:
  members:
    path: /members
    mock_responses:
      GET: { headers: { X-Total: "2" }, body: [1, 2] }
      get /members/{id}: { body: { id: "\${path.id}" } }
      "GET /{id}/cards": { body: [] }
      "DELETE /:id": { status: 204 }
      POST: { status: 201, body: { name: "\${request.body.name}" } }
`;

  it.each([
    ["GET", "/members", 200, [1, 2]],
    ["GET", "/members/7", 200, { id: "7" }],
    ["GET", "/members/7/cards", 200, []],
  ])("answers %s %s", async (...given) => {
    const [method, path, status, body] = given;
    const rig = await createMockRig(yaml);

    const answer = await rig.ask(method, path);

    expect([answer.status, answer.json]).toEqual([status, body]);
  });

  it("answers each method with its own status and typed body", async () => {
    const rig = await createMockRig(yaml);

    const posted = await rig.ask("POST", "/members", { body: { name: "Ada" } });
    const deleted = await rig.ask("DELETE", "/members/7");

    expect([posted.status, posted.json]).toEqual([201, { name: "Ada" }]);
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
    expect((await rig.ask("PUT", "/members")).status).toBe(405);
  });

  it("answers HEAD as GET", async () => {
    const rig = await createMockRig(yaml);

    const answer = await rig.ask("HEAD", "/members");

    expect([answer.status, answer.headers["x-total"]]).toEqual([200, "2"]);
  });
});

describe("several forms on one endpoint", () => {
  it("are tried in the order rules, mock_responses, data", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  users:
    path: /users
    methods: [GET, POST, PUT]
    mock:
      data: from data
      rules:
        - when: { query: { q: x } }
          respond: { body: from rules }
    mock_responses:
      GET: { body: from responses }
`);

    const texts = await Promise.all(
      [rig.ask("GET", "/users?q=x"), rig.ask("GET", "/users"), rig.ask("PUT", "/users")].map(
        async (one) => (await one).text,
      ),
    );

    expect(texts).toEqual(["from rules", "from responses", "from data"]);
  });
});

describe("seed and clock", () => {
  const yaml = `
name: shop
seed: 42
clock: "2026-01-31T12:00:00Z"
endpoints:
  dice: { path: /dice, mock: { data: { n: "\${random_int(1, 1000000)}", at: "\${now()}" } } }
`;

  it("make answers repeatable", async () => {
    const [one, other] = [await createMockRig(yaml), await createMockRig(yaml)];

    const first = await one.ask("GET", "/dice");

    expect((await other.ask("GET", "/dice")).json).toEqual(first.json);
    expect((await other.ask("GET", "/dice")).json).not.toEqual(first.json);
    expect(first.json).toMatchObject({ at: "2026-01-31T12:00:00.000Z" });
  });

  it("begin again after a reset", async () => {
    const rig = await createMockRig(yaml);
    const first = await rig.ask("GET", "/dice");
    await rig.ask("GET", "/dice");

    await rig.reset();

    expect((await rig.ask("GET", "/dice")).json).toEqual(first.json);
  });
});

describe("strict_templates", () => {
  it("makes missing data an error", async () => {
    const rig = await createMockRig(`
name: shop
strict_templates: true
endpoints:
  any: { path: /any, mock: { body: { name: "\${query.name}" } } }
`);

    const answer = await rig.ask("GET", "/any");

    expect([answer.status, answer.headers["x-code"]]).toEqual([500, "BW_TEMPLATE_MISSING"]);
  });
});

describe("a plain mock", () => {
  it("needs no body and no session", async () => {
    const rig = await createMockRig(`
name: shop
mock: { session: { by: "header:X-Session" } }
endpoints:
  any: { path: /any, methods: [POST], mock: { data: { ok: true } } }
  echo: { path: /echo, methods: [POST], mock: { body: "\${request.body}" } }
`);

    const needs = Object.fromEntries(rig.routes.map(({ path, needs }) => [path, needs?.requestBody]));

    expect(needs).toEqual({ "/any": false, "/echo": true });
  });
});

describe("a relation to a collection no endpoint has", () => {
  it("begins empty and keeps what is written", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  products:
    path: /products
    mock:
      resource:
        seed: [{ sku: a }]
        id: { field: sku, type: string }
        relations: { reviews: { resource: reviews, key: sku } }
  count: { path: /count, mock: { body: "\${resource('reviews').count()}" } }
`);

    const before = await rig.ask("GET", "/products/a/reviews");
    const created = await rig.ask("POST", "/products/a/reviews", { body: { stars: 5 } });
    const after = await rig.ask("GET", "/products/a/reviews");

    expect([before.json, created.status]).toEqual([[], 201]);
    expect(after.json).toEqual([{ id: 1, sku: "a", stars: 5 }]);
    expect((await rig.ask("GET", "/count")).json).toBe(1);
  });

  it("is a mistake when it nearly names one", async () => {
    const made = createMockRig(`
name: shop
endpoints:
  products: { path: /products, mock: { resource: { relations: { reviews: { resource: review, key: sku } } } } }
  reviews: { path: /reviews, mock: { resource: {} } }
`);

    await expect(made).rejects.toMatchObject({ errors: [{ code: "BW_CONFIG_WRONG_VALUE", where: { line: 4 } }] });
  });
});
