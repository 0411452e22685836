import { describe, expect, it } from "@jest/globals";
import { compile, createScope, evaluate, mistakesOf } from "../../test/template-rig.ts";

describe("expressions", () => {
  it.each([
    // literals
    ["${1}", 1],
    ["${-2.5e2}", -250],
    ["${true}", true],
    ["${null}", null],
    ["${'it\\'s'}", "it's"],
    ['${"caf\\u00e9\\n"}', "café\n"],
    ["${[1, 'a', [true]]}", [1, "a", [true]]],
    ["${{ a: 1, 'b c': [2], 3: null, }}", { "3": null, a: 1, "b c": [2] }],
    ["${{ a:-1 }}", { a: -1 }],
    // arithmetic
    ["${1 + 2 * 3}", 7],
    ["${(1 + 2) * 3}", 9],
    ["${7 % 4 - 1 / 2}", 2.5],
    ["${10 - 2 - 3}", 5],
    ["${-(2 + 3)}", -5],
    ["${1 / 0}", null],
    ["${'3' * '4'}", 12],
    ["${query.page - 1}", 1],
    ["${int(query.page) + 1}", 3],
    ["${query.page + 1}", "21"],
    ["${'a' + null + 1}", "a1"],
    ["${'a' + [1, 2]}", "a[1,2]"],
    ["${[1] + [2]}", [1, 2]],
    ["${'x' * 2}", null],
    ["${null + 1}", null],
    // comparison
    ["${1 == '1'}", true],
    ["${1 === '1'}", false],
    ["${path.id == 7}", true],
    ["${'7.0' == 7}", true],
    ["${'' == 0}", false],
    ["${'true' == true}", true],
    ["${1 == true}", false],
    ["${null == query.nothing}", true],
    ["${[1, { a: 2 }] == [1, { a: 2 }]}", true],
    ["${{ a: 1 } != { a: 1, b: 2 }}", true],
    ["${1 !== 1}", false],
    ["${2 < 10}", true],
    ["${'2' < '10'}", true],
    ["${'b' > 'a'}", true],
    ["${'2026-01-02' > '2026-01-01'}", true],
    ["${'a' < 1}", false],
    ["${null <= 1}", false],
    ["${2 >= 2}", true],
    // logic
    ["${!query.nothing}", true],
    ["${!!query.filter}", true],
    ["${'' || 'x'}", "x"],
    ["${0 ?? 1}", 0],
    ["${null ?? 1}", 1],
    ["${1 && 2}", 2],
    ["${0 && 2}", 0],
    ["${query.nothing && query.filter || 'none'}", "none"],
    ["${1 == 1 ? 'yes' : 'no'}", "yes"],
    ["${false ? 1 : true ? 2 : 3}", 2],
    ["${true ? 1 :-1}", 1],
    ["${false?1:-1}", -1],
    ["${true?0.5:1}", 0.5],
    ["${body.tags?.0}", "x"],
    ["${query.a:-${query.b:-a@b.c}}", "a@b.c"],
    ["${${${${path.id}}}}", "7"],
    ["${1 and not 0 or 0}", true],
    // defaults
    ["${query.nothing:-10}", 10],
    ["${query.nothing:--1}", -1],
    ["${query.nothing:-}", ""],
    ["${query.nothing:-guest}", "guest"],
    ["${query.nothing:-no name yet}", "no name yet"],
    ["${query.nothing:-created-at}", "created-at"],
    ["${query.nothing:-2026-01-01}", "2026-01-01"],
    ["${query.nothing:-1.2.3}", "1.2.3"],
    ["${query.nothing:-30s}", "30s"],
    ["${query.nothing:-https://example.com/a?b=c}", "https://example.com/a?b=c"],
    ["${query.nothing:-./a/b.json}", "./a/b.json"],
    ["${query.nothing:-ada@example.com}", "ada@example.com"],
    ["${query.nothing:-'quoted'}", "quoted"],
    ["${query.nothing:-path.id}", "7"],
    ["${query.nothing:-now()}", "2026-01-15T12:00:00.000Z"],
    ["${query.nothing:-10 * 2}", 20],
    ["${query.nothing:-true}", true],
    ["${query.filter:-blue}", "red"],
    ["${upper(query.nothing :- 'x')}", "X"],
    ["${query.a:-${query.b:-last}}", "last"],
    // reading
    ["${body.address.city}", "Paris"],
    ["${body.tags[1]}", "y"],
    ["${body.tags[body.tags.length - 1]}", "y"],
    ["${body['address']['city']}", "Paris"],
    ["${body.tags.length}", 2],
    ["${body.name[0]}", "A"],
    ["${body.name.length}", 3],
    ["${body.nothing.deeper.still}", null],
    ["${body?.nothing?.deeper}", null],
    ["${body?.['name']}", "Ada"],
    ["${body.tags[9]}", null],
    ["${body.tags.0}", "x"],
    ["${headers.x-request-id}", "abc"],
    ["${headers['X-Plan']}", "pro"],
    ["${request.headers.X-Plan}", "pro"],
    ["${headers[lower('X-PLAN')]}", "pro"],
    ["${cookies.session-id}", "s1"],
    ["${query.tag}", ["a", "b"]],
    ["${query.tag[0]}", "a"],
    ["${request.path}", "/users/7"],
    ["${request.url}", "/users/7?filter=red"],
    ["${request.ip}", "127.0.0.1"],
    ["${request.id}", "req-1"],
    ["${request['method']}", "GET"],
    ["${request.params.id}", "7"],
    ["${session.id}", "default"],
    ["${session}", { id: "default" }],
    ["${count}", 3],
    ["${env.STAGE}", "test"],
    ["${env['STAGE']}", "test"],
    ["${mock}", { data: [1, 2, 3] }],
    ["${state.visits}", 4],
    ["${state['visits'] + 1}", 5],
    ["${state.get('visits')}", 4],
    ["${state.get('nothing', 'none')}", "none"],
    ["${resource('users').get(path.id)}", null],
    ["${resource('users').get('2').name}", "Ben"],
    ["${resource('users').list({ name: 'Ada' })[0].id}", "1"],
    ["${resource('users').list().length}", 2],
    ["${resource('users').count()}", 2],
    // spelling
    ["${ path.id }", "7"],
    ["${${path.id}}", "7"],
    ["${'user ${path.id}'}", "user 7"],
    ["${'a}b'}", "a}b"],
    ["$${path.id}", "${path.id}"],
    ["a $${b} ${path.id}", "a ${b} 7"],
    ["$$${path.id}", "$${path.id}"],
    ["${'{{'}", "{{"],
    ["cost: $5", "cost: $5"],
    ["{ not: one }", "{ not: one }"],
    ["", ""],
    ["${path.id}${path.id}", "77"],
    ["a ${null} b ${true} ${[1]} ${1.50}", "a  b true [1] 1.5"],
    ["${path.id} ", "7 "],
    ["{{ random -5 -5 }}", -5],
    ["{{ upper path.id }}", "7"],
    ["{{ faker.person.firstName }}", expect.any(String)],
    ["{{ path.id == '7' }}", true],
    ["{{ { a: 1 } }}", { a: 1 }],
  ])("%s", (template, expected) => {
    expect(evaluate(template)).toEqual(expected);
  });

  it("changes state in the order it is written", () => {
    const template = compile([
      "${state.set('a', 5)}",
      "${state.incr('a')}",
      "${state.incr('a', 10)}",
      "${state.delete('a')}",
    ]);

    expect(template.evaluate(createScope())).toEqual([5, 6, 16, true]);
  });

  it("gives the whole request as an object", () => {
    expect(evaluate("${request}")).toMatchObject({
      method: "GET",
      id: "req-1",
      params: { id: "7" },
      body: { name: "Ada" },
    });
  });

  it.each([
    ["${query.q}", false],
    ["${request.query.q}", false],
    ["${request.headers}", false],
    ["${request.method}", false],
    ["static", false],
    ["${body}", true],
    ["${body.name}", true],
    ["${request.body.name}", true],
    ["${request['body'].name}", true],
    ["${request}", true],
    ["${request[query.q]}", true],
    ["{{ body.name }}", true],
    ["${query.q || upper(request.body.name)}", true],
  ])("knows whether %s reads the body", (template, usesBody) => {
    expect(compile(template).usesBody).toBe(usesBody);
  });

  it.each(["plain", "${1 + 1}", "${upper('a')}", "${env.STAGE}", "$${x}"])("evaluates %s at load", (template) => {
    expect(compile(template).constant).toBe(true);
  });

  it.each(["${path.id}", "${now()}", "${random_int()}", "${count}"])("evaluates %s with each request", (template) => {
    expect(compile(template).constant).toBe(false);
  });

  it("freezes what is the same always", () => {
    const value: unknown = compile({ a: [1] }).evaluate(createScope());

    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen((value as { a: unknown }).a)).toBe(true);
  });

  it("leaves the configuration's own value as it is", () => {
    const value = { a: { b: 1 }, c: "${path.id}" };

    compile(value);

    expect(Object.isFrozen(value.a)).toBe(false);
  });

  it("calls functions of plugins, and ours first", () => {
    const shout = {
      signature: "shout(text)",
      description: "",
      arity: [1, 1] as const,
      call: (_: unknown, text: unknown) => `${String(text)}!`,
    };
    const functions = new Map([
      ["shout", shout],
      ["upper", shout],
    ]);

    expect(evaluate("${shout(path.id)} ${upper('a')}", {}, { functions })).toBe("7! A");
  });

  it("says which expression failed and where", () => {
    const template = compile("a ${date_add(body.name, 1)}");

    expect(() => template.evaluate(createScope())).toThrow(
      expect.objectContaining({
        code: "BW_TEMPLATE_FAILED",
        details: { expression: "date_add(body.name, 1)", problem: '"Ada" is not a date' },
        where: expect.objectContaining({ line: 1, column: 5, length: 22 }),
      }),
    );
  });

  it("is repeatable by its seed", () => {
    const template = compile([
      "${random_int(1, 1000000)}",
      "${random_uuid()}",
      "${faker.name}",
      "${lorem(5)}",
      "${shuffle([1,2,3,4])}",
    ]);

    expect(template.evaluate(createScope({ seed: 9 }))).toEqual(template.evaluate(createScope({ seed: 9 })));
    expect(template.evaluate(createScope({ seed: 9 }))).not.toEqual(template.evaluate(createScope({ seed: 10 })));
  });
});

describe("prototypes", () => {
  const everything = JSON.parse(
    '{"__proto__": {"leak": 1}, "constructor": {"name": "leak"}, "key": "__proto__"}',
  ) as never;

  it.each([
    "${body.__proto__}",
    "${body.constructor.name}",
    "${body['__proto__']}",
    "${body['__pro' + 'to__']}",
    "${'x'.constructor}",
    "${[].constructor}",
    "${state.__proto__}",
    "${headers.constructor}",
    "${{ __proto__: 1 }}",
    "${faker.constructor}",
  ])("refuses %s at load", (template) => {
    expect(mistakesOf(template).map(({ code }) => code)).toContain(
      template.includes("faker") ? "BW_TEMPLATE_FAKER" : "BW_TEMPLATE_FORBIDDEN",
    );
  });

  it.each([
    "${body[body.key]}",
    "${query[body.key]}",
    "${map_field([body], body.key)}",
    "${filter_by([body], body.key, 1)}",
  ])("refuses %s when it is evaluated", (template) => {
    const run = () => compile(template).evaluate(createScope({ body: everything }));

    expect(run).toThrow(expect.objectContaining({ code: "BW_TEMPLATE_FORBIDDEN", status: 400 }));
  });

  it.each([
    ["${body.toString}", null],
    ["${body.tags.map}", null],
    ["${path.hasOwnProperty}", null],
    ["${query['valueOf']}", null],
    ["${'text'.trim}", null],
    ["${body.tags['push']}", null],
    ["${headers.tostring}", null],
  ])("reads own properties only: %s", (template, expected) => {
    expect(evaluate(template, { params: {}, query: {} })).toBe(expected);
  });

  it("keeps prototypes of what it makes clean", () => {
    const made = evaluate({ merged: "${merge(body, { a: 1 })}", $$if: 1, "${body.key}": 2 }, { body: everything });

    expect(made).toEqual({ merged: { key: "__proto__", a: 1 }, $if: 1 });
    expect(Object.getPrototypeOf((made as { merged: object }).merged)).toBe(Object.prototype);
  });

  it("refuses such keys in the configuration", () => {
    expect(mistakesOf(JSON.parse('{"__proto__": 1}')).map(({ code }) => code)).toEqual(["BW_TEMPLATE_FORBIDDEN"]);
  });
});
