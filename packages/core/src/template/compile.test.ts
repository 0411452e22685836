import { describe, expect, it } from "@jest/globals";
import { evaluate } from "../../test/template-rig.ts";

/** Every expression in the documents and examples of the project Backworks takes its words from. */
describe("expressions of the older project", () => {
  it.each([
    ["${path.id}", "7"],
    ["User ${path.id}", "User 7"],
    ["user${path.id}@example.com", "user7@example.com"],
    ["https://pictures.example/svg?seed=${path.id}", "https://pictures.example/svg?seed=7"],
    ["${request.body.name}", "Ada"],
    ["${request.body.email}", null],
    ["${request.body.field}", null],
    ["${request.body.name || 'User ' + path.id}", "Ada"],
    ["${request.body.email || 'user' + path.id + '@example.com'}", "user7@example.com"],
    ["${query.q || 'all'}", "all"],
    ["${query.limit || 10}", 10],
    ["${query.limit:-10}", 10],
    ["${query.filter}", "red"],
    ["${query.q}", null],
    ["${now()}", "2026-01-15T12:00:00.000Z"],
    ["${date_add(now(), 30)}", "2026-02-14T12:00:00.000Z"],
    ["${random_int(1000, 9999)}", expect.any(Number)],
    ["${random_int(1, 10)}", expect.any(Number)],
    ["${random_float(0.5, 15.2)}", expect.any(Number)],
    ["${date_subtract(now(), ${random_int(1, 30)})}", expect.stringMatching(/^202[56]-.*T12:00:00\.000Z$/)],
    ["/users/${random_int(100, 999)}", expect.stringMatching(/^\/users\/\d{3}$/)],
    [
      "${random_uuid()}",
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    ],
    ["${random_email()}", expect.stringMatching(/^\S+@example\.(com|net|org)$/)],
    ["${random_name()}", expect.stringMatching(/^\S+ \S+$/)],
    ["${random_phone()}", expect.stringMatching(/^\+1-\d{3}-555-01\d\d$/)],
    ["${mock.data}", [1, 2, 3]],
    ["${mock.data.length}", 3],
    ["{{ path.id }}", "7"],
    ["{{path.id}}", "7"],
    ["{{ body.name }}", "Ada"],
    ["%{{ query.filter }}%", "%red%"],
    ["{{ faker.name }}", expect.stringMatching(/^\S+ \S+$/)],
    ["{{ faker.email }}", expect.stringContaining("@")],
    ["{{ random 18 65 }}", expect.any(Number)],
    ["{{ random_int 18 65 }}", expect.any(Number)],
    ["{{ random_id }}", expect.stringContaining("-")],
    ["{{ timestamp }}", 1_768_478_400],
    ["{{ uptime }}", 5.25],
    ["{{ now }}", "2026-01-15T12:00:00.000Z"],
    ["{{ not query.q }}", true],
    ["{{ query.q and len(query.q) < 20 }}", null],
    ["{{ query.filter and len(query.filter) < 20 }}", true],
    ["{{ query.filter and len(query.filter) >= 20 }}", false],
    ["{{ request.method }}", "GET"],
    ["{{ request.headers.x-plan }}", "pro"],
    ['{{ date_add "now()" 30 }}', "2026-02-14T12:00:00.000Z"],
  ])("answers %s", (template, expected) => {
    expect(evaluate(template)).toEqual(expected);
  });

  it("reads a whole body of the older spelling", () => {
    const body = '{\n  "id": {{ path.id }},\n  "age": {{ random 18 65 }},\n  "name": "{{ faker.name }}"\n}\n';

    const answer: unknown = JSON.parse(String(evaluate(body)));

    expect(answer).toEqual({ id: 7, age: expect.any(Number), name: expect.any(String) });
  });
});
