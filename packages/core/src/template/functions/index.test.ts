import { readdirSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { createScope, evaluate, mistakesOf, compile } from "../../../test/template-rig.ts";
import { builtins, families } from "./index.ts";

const people = [
  { name: "Cyd", age: 30, home: { city: "Oslo" } },
  { name: "Ada", age: 36, home: { city: "Paris" } },
  { name: "Ben", home: { city: "Oslo" } },
];

/** What every function answers, at least once each; the body of the request is the list of people. */
const cases: readonly (readonly [expression: string, expected: unknown])[] = [
  ["string(12)", "12"],
  ["string({ a: 1 })", '{"a":1}'],
  ["string(query.nothing)", ""],
  ["int('42')", 42],
  ["int('-4.9')", -4],
  ["int(true)", 1],
  ["int('many')", null],
  ["int(query.nothing, 5)", 5],
  ["float('2.50')", 2.5],
  ["float('x', 1)", 1],
  ["bool('false')", false],
  ["bool('No')", false],
  ["bool('yes')", true],
  ["bool(0)", false],
  ["bool([])", true],
  ["json({ a: [1] })", '{"a":[1]}'],
  ["json([1], 2)", "[\n  1\n]"],
  ["parse_json('[1,{\"a\":null}]')", [1, { a: null }]],
  ["parse_json('{')", null],
  ["round(2.5)", 3],
  ["round(-2.5)", -3],
  ["round(1.005, 2)", 1.01],
  ["round('2.34567', 3)", 2.346],
  ["floor(-1.5)", -2],
  ["ceil(1.2)", 2],
  ["abs(-3)", 3],
  ["sum([1, '2', 'x'])", 3],
  ["sum(body, 'age')", 66],
  ["avg(body, 'age')", 33],
  ["avg([])", null],
  ["min(3, 1, 2)", 1],
  ["min([])", null],
  ["max([3, '10', 2])", 10],
  ["upper('aé')", "AÉ"],
  ["lower('AÉ')", "aé"],
  ["title('ADA lovelace-byron')", "Ada Lovelace-Byron"],
  ["trim('  a ')", "a"],
  ["split('a,b')", ["a", "b"]],
  ["split('a b', ' ')", ["a", "b"]],
  ["split('añ', '')", ["a", "ñ"]],
  ["split(query.nothing)", []],
  ["join([1, 'a', null])", "1,a,"],
  ["join(map_field(body, 'name'), ' & ')", "Cyd & Ada & Ben"],
  ["replace('a.b.c', '.', '/')", "a/b/c"],
  ["replace('a$b', '$', '$&')", "a$&b"],
  ["replace('abc', '', 'x')", "abc"],
  ["repeat('ab', 3)", "ababab"],
  ["pad_start(7, 3, '0')", "007"],
  ["pad_end('a', 3)", "a  "],
  ["contains('abc', 'b')", true],
  ["contains([1, 2], '2')", true],
  ["starts_with('abc', 'ab')", true],
  ["ends_with('abc', 'ab')", false],
  ["url_encode('a b/ü')", "a%20b%2F%C3%BC"],
  ["base64('hé')", "aMOp"],
  ["base64_decode('aMOp')", "hé"],
  ["sha256('abc')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["sha256('abc', 'base64')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="],
  // RFC 4231, test case 2
  ["hmac('what do ya want for nothing?', 'Jefe')", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
  ["hmac('a', 'b', 'sha1', 'base64url')", expect.stringMatching(/^[\w-]{27}$/)],
  ["merge({ a: 1, b: 1 }, null, { b: 2 })", { a: 1, b: 2 }],
  ["pick_keys(body[0], 'name', 'nothing')", { name: "Cyd" }],
  ["pick_keys(body[0], ['age'])", { age: 30 }],
  ["omit_keys(body[0], 'home', ['age'])", { name: "Cyd" }],
  ["keys({ b: 1, a: 2 })", ["b", "a"]],
  ["values({ b: 1, a: 2 })", [1, 2]],
  ["coalesce(query.nothing, null, 0, 1)", 0],
  ["coalesce(null)", null],
  ["range(3)", [0, 1, 2]],
  ["range(1, 4)", [1, 2, 3]],
  ["range(0, 1, 0.25)", [0, 0.25, 0.5, 0.75]],
  ["range(3, 0)", [3, 2, 1]],
  ["range(0)", []],
  ["seq(3)", [1, 2, 3]],
  ["seq(5, 9, 2)", [5, 7, 9]],
  ["seq(3, 1)", [3, 2, 1]],
  ["seq('orders')", 1],
  ["slice([1, 2, 3], 1)", [2, 3]],
  ["slice('hello', -3, -1)", "ll"],
  ["first([1, 2])", 1],
  ["first([1, 2, 3], 2)", [1, 2]],
  ["first([])", null],
  ["last([1, 2])", 2],
  ["last('abc', 2)", "bc"],
  ["last([1], 0)", []],
  ["length('abc')", 3],
  ["length([1])", 1],
  ["length({ a: 1, b: 2 })", 2],
  ["length(query.nothing)", 0],
  ["len([1, 2])", 2],
  ["reverse([1, 2])", [2, 1]],
  ["reverse('ab')", "ba"],
  ["unique([1, '1', 1, { a: 1, b: 2 }, { b: 2, a: 1 }])", [1, "1", { a: 1, b: 2 }]],
  ["map_field(sort_by(body, 'name'), 'name')", ["Ada", "Ben", "Cyd"]],
  ["map_field(sort_by(body, 'age', 'desc'), 'name')", ["Ada", "Cyd", "Ben"]],
  ["sort_by([3, '10', 2])", [2, 3, "10"]],
  ["map_field(body, 'home.city')", ["Oslo", "Paris", "Oslo"]],
  ["map_field(body, 'age')", [30, 36, null]],
  ["length(filter_by(body, 'home.city', 'Oslo'))", 2],
  ["map_field(filter_by(body, 'age', '>', 30), 'name')", ["Ada"]],
  ["map_field(filter_by(body, { name: 'Ben', 'home.city': 'Oslo' }), 'name')", ["Ben"]],
  ["find_by(body, 'name', 'Ada').age", 36],
  ["find_by(body, 'name', 'Zoe')", null],
  ["find_by(body, 'name', 'Zoe').age", null],
  ["now()", "2026-01-15T12:00:00.000Z"],
  ["now('DD.MM.YYYY')", "15.01.2026"],
  ["timestamp()", 1768478400],
  ["timestamp('ms')", 1768478400000],
  ["uptime()", 5.25],
  ["date_add(now(), 30)", "2026-02-14T12:00:00.000Z"],
  ["date_add('2026-01-31', 1, 'month')", "2026-02-28T00:00:00.000Z"],
  ["date_add('2024-02-29', 1, 'year')", "2025-02-28T00:00:00.000Z"],
  ["date_add('2026-01-15T12:00', '90 minutes')", "2026-01-15T13:30:00.000Z"],
  ["date_add(0, 1.5, 'h')", "1970-01-01T01:30:00.000Z"],
  ["date_add(1768478400, 1, 's')", "2026-01-15T12:00:01.000Z"],
  ["date_add(1768478400000, 1, 'ms')", "2026-01-15T12:00:00.001Z"],
  ["date_add('now', 1, 'weeks')", "2026-01-22T12:00:00.000Z"],
  ["date_add(query.nothing, 1)", null],
  ["date_subtract(now(), 1)", "2026-01-14T12:00:00.000Z"],
  ["date_subtract(now(), '2h')", "2026-01-15T10:00:00.000Z"],
  ["date_subtract('2026-03-31', 1, 'months')", "2026-02-28T00:00:00.000Z"],
  ["date_format('2026-03-05T04:07:09Z')", "2026-03-05"],
  ["date_format('2026-03-05T14:07:09.012Z', 'dddd D MMMM YY, h:mm:ss.SSS A')", "Thursday 5 March 26, 2:07:09.012 PM"],
  ["date_format('2026-03-05T14:07:09Z', '[at] HH:mm Z')", "at 14:07 Z"],
  ["date_format('2026-03-05T14:07:09Z', '%d/%m/%Y %H:%M:%S %j %%')", "05/03/2026 14:07:09 064 %"],
  ["date_format('2026-03-05T14:07:09Z', 'http')", "Thu, 05 Mar 2026 14:07:09 GMT"],
  ["date_format('2026-03-05T14:07:09Z', 'unix')", "1772719629"],
  ["random_int(5, 5)", 5],
  ["random_int(0)", 0],
  ["random_int()", expect.any(Number)],
  ["random()", expect.any(Number)],
  ["random_float(1, 1)", 1],
  ["random_float(1, 2, 0)", expect.any(Number)],
  ["random_uuid()", expect.any(String)],
  ["uuid()", expect.any(String)],
  ["random_id()", expect.any(String)],
  ["random_email()", expect.any(String)],
  ["random_name()", expect.any(String)],
  ["random_phone()", expect.any(String)],
  ["random_bool(1)", true],
  ["random_bool(0)", false],
  ["random_choice('a')", "a"],
  ["random_choice(['b'])", "b"],
  ["random_choice([])", null],
  ["random_string(5, 'x')", "xxxxx"],
  ["random_string(8, 'hex')", expect.stringMatching(/^[0-9a-f]{8}$/)],
  ["random_string()", expect.stringMatching(/^\w{16}$/)],
  ["random_date('2026-01-01', '2026-01-01')", "2026-01-01T00:00:00.000Z"],
  ["random_date()", expect.stringMatching(/^202[56]-/)],
  ["pick([4])", 4],
  ["sample([1], 5)", [1]],
  ["length(sample([1, 2, 3], 2))", 2],
  ["sort_by(shuffle([3, 1, 2]))", [1, 2, 3]],
  ["lorem(0)", ""],
  ["lorem(2, 'sentences')", expect.stringMatching(/^[A-Z].*\. [A-Z].*\.$/)],
  ["lorem(2, 'paragraphs')", expect.stringContaining("\n\n")],
  ["length(split(lorem(), ' '))", 8],
];

describe("functions", () => {
  it.each(cases)("%s", (expression, expected) => {
    expect(evaluate(`\${${expression}}`, { body: people })).toEqual(expected);
  });

  it("are each called by a case", () => {
    const called = new Set(
      cases.flatMap(([expression]) => [...expression.matchAll(/(\w+)\(/g)].map(([, name]) => name)),
    );

    expect([...builtins.keys()].filter((name) => !called.has(name))).toEqual([]);
  });

  it("have a signature that begins with their name, and a description that is a sentence", () => {
    for (const family of Object.values(families)) {
      for (const [name, { signature, description }] of Object.entries(family)) {
        expect(signature).toMatch(new RegExp(`^${name}\\(`));
        expect(description).toMatch(/\.$/);
      }
    }
  });

  it("are listed by family, one file each", () => {
    const files = readdirSync(new URL(".", import.meta.url)).filter((file) => !/^index\.|\.test\.ts$/.test(file));

    expect(files.map((file) => file.replace(/\.ts$/, "")).toSorted()).toEqual(Object.keys(families).toSorted());
  });

  it.each([
    ["upper()", "BW_TEMPLATE_ARGUMENTS"],
    ["upper('a', 'b')", "BW_TEMPLATE_ARGUMENTS"],
    ["merge()", "BW_TEMPLATE_ARGUMENTS"],
    ["range(1, 2, 0)", "BW_TEMPLATE_FAILED"],
    ["range('x')", "BW_TEMPLATE_FAILED"],
    ["join('x')", "BW_TEMPLATE_FAILED"],
    ["keys([1])", "BW_TEMPLATE_FAILED"],
    ["sha256('a', 'rot13')", "BW_TEMPLATE_FAILED"],
    ["hmac('a', 'b', 'md5')", "BW_TEMPLATE_FAILED"],
    ["sort_by([1], '', 'up')", "BW_TEMPLATE_FAILED"],
    ["filter_by([1], 'a', '~', 1)", "BW_TEMPLATE_FAILED"],
    ["pad_start('a', -1)", "BW_TEMPLATE_FAILED"],
    ["range(1000000000)", "BW_TEMPLATE_LIMIT"],
    ["repeat('abc', 100000000)", "BW_TEMPLATE_LIMIT"],
    ["pad_end('', 100000000)", "BW_TEMPLATE_LIMIT"],
    ["replace(repeat('a', 100000), 'a', repeat('b', 100000))", "BW_TEMPLATE_LIMIT"],
    ["join(range(50000), repeat('b', 100000))", "BW_TEMPLATE_LIMIT"],
  ])("refuse %s at load", (expression, code) => {
    expect(mistakesOf(`\${${expression}}`).map((error) => error.code)).toEqual([code]);
  });

  it.each([
    "random_int(5, 1)",
    "random_date('soon')",
    "seq(1000000000)",
    "random_string(1000000000)",
    "lorem(1, 'pages')",
    "lorem(10000000)",
    "date_add('2026-01-01', 1, 'moons')",
    "resource('nobody').count()",
  ])("fail in %s with an error that names it", (expression) => {
    const run = () => compile(`\${${expression}}`).evaluate(createScope());

    expect(run).toThrow(expect.objectContaining({ where: expect.objectContaining({ line: 1, column: 3 }) }));
  });

  it("draw every whole number of a range about equally often", () => {
    const scope = createScope();
    const template = compile("${random_int(1, 6)}");
    const counts = new Map<unknown, number>();

    for (let draw = 0; draw < 6000; draw += 1) {
      const value = template.evaluate(scope);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }

    expect(new Set(counts.keys())).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("shuffle into every order about equally often", () => {
    const scope = createScope();
    const template = compile("${join(shuffle(['a', 'b', 'c']), '')}");
    const counts = new Map<unknown, number>();

    for (let draw = 0; draw < 6000; draw += 1) {
      const value = template.evaluate(scope);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }

    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
