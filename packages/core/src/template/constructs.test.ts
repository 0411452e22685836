import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createProjectFiles } from "../config/project-files.ts";
import { compile, createFiles, createScope, evaluate, mistakesOf } from "../../test/template-rig.ts";

describe("$repeat", () => {
  it("makes a list of a count", () => {
    expect(evaluate({ $repeat: 3, $as: "n", $each: { id: "${n + 1}", at: "${index}", name: "Item ${i}" } })).toEqual([
      { id: 1, at: 0, name: "Item 0" },
      { id: 2, at: 1, name: "Item 1" },
      { id: 3, at: 2, name: "Item 2" },
    ]);
  });

  it("makes one of every element of a list", () => {
    expect(evaluate({ $repeat: "${body.tags}", $each: "${item}-${i}" })).toEqual(["x-0", "y-1"]);
    expect(evaluate({ $repeat: ["a", "${path.id}"], $as: "who", $each: "${who}" })).toEqual(["a", "7"]);
  });

  it("nests, the inner names hiding the outer ones", () => {
    const value = { $repeat: 2, $as: "row", $each: { $repeat: 2, $as: "column", $each: "${row}${column}${i}" } };

    expect(evaluate(value)).toEqual([
      ["000", "011"],
      ["100", "111"],
    ]);
  });

  it("takes a count as text, and nothing for missing data", () => {
    expect(evaluate({ $repeat: "${query.page}", $each: 0 })).toEqual([0, 0]);
    expect(evaluate({ $repeat: "${query.nothing}", $each: 0 })).toEqual([]);
  });

  it.each([
    ["less than nothing", "-3", 0],
    ["a word", "many", 0],
    ["a fraction", "2.9", 2],
  ])("takes %s of a request for a count all the same", (_name, page, count) => {
    const template = compile({ $repeat: "${query.page}", $each: 0 });
    const scope = createScope({ query: { page } });

    expect(template.evaluate(scope)).toHaveLength(count);
    expect(JSON.parse(template.renderJson(scope))).toHaveLength(count);
  });

  it("draws anew for each element", () => {
    const list = evaluate({ $repeat: 20, $each: "${random_int(1, 1000000)}" }) as number[];

    expect(new Set(list).size).toBeGreaterThan(15);
  });

  it("leaves out elements whose $if does not hold", () => {
    expect(evaluate({ $repeat: 4, $each: { $if: "${i % 2 == 0}", $then: "${i}" } })).toEqual([0, 2]);
  });

  it.each([
    [{ $repeat: 100_001, $each: 0 }, "BW_TEMPLATE_LIMIT"],
    [{ $repeat: -1, $each: 0 }, "BW_TEMPLATE_FAILED"],
    [{ $repeat: "many", $each: 0 }, "BW_TEMPLATE_FAILED"],
    [{ $repeat: 1 }, "BW_TEMPLATE_CONSTRUCT"],
    [{ $repeat: 1, $each: 0, $as: "not a name" }, "BW_TEMPLATE_CONSTRUCT"],
    [{ $repeat: 1, $each: 0, $ass: "n" }, "BW_TEMPLATE_CONSTRUCT"],
    [{ $repeat: 1, $each: 0, more: 1 }, "BW_TEMPLATE_CONSTRUCT"],
    [{ $each: 0 }, "BW_TEMPLATE_CONSTRUCT"],
    [{ $repeat: 1, $each: "${items}" }, "BW_TEMPLATE_UNKNOWN_NAME"],
    ["${item}", "BW_TEMPLATE_UNKNOWN_NAME"],
  ])("refuses %j at load", (value, code) => {
    expect(mistakesOf(value).map((error) => error.code)).toEqual([code]);
  });

  it("counts the elements of all loops of one evaluation together", () => {
    const template = compile({ $repeat: "${body.rows}", $each: { $repeat: "${body.rows}", $each: 0 } });

    expect(() => template.evaluate(createScope({ body: { rows: 1000 } }))).toThrow(
      expect.objectContaining({ code: "BW_TEMPLATE_LIMIT" }),
    );
    expect(template.renderJson(createScope({ body: { rows: 2 } }))).toBe("[[0,0],[0,0]]");
  });

  it("stops before the text of its JSON eats the memory", () => {
    const template = compile({ $repeat: 1000, $each: "${body}" });

    expect(() => template.renderJson(createScope({ body: "x".repeat(1_000_000) }))).toThrow(
      expect.objectContaining({ code: "BW_TEMPLATE_LIMIT" }),
    );
  });
});

describe("$if", () => {
  it("chooses", () => {
    const value = {
      $if: "${query.filter == 'red'}",
      $then: { a: "${path.id}" },
      $else: { $if: false, $then: 1, $else: 2 },
    };

    expect(evaluate(value)).toEqual({ a: "7" });
    expect(evaluate(value, { query: {} })).toBe(2);
  });

  it("leaves a key or an element out without $else", () => {
    const value = { a: { $if: "${query.nothing}", $then: 1 }, b: [1, { $if: "${query.nothing}", $then: 2 }, 3], c: 4 };

    expect(evaluate(value)).toEqual({ b: [1, 3], c: 4 });
    expect(evaluate(value, { query: { nothing: "x" } })).toEqual({ a: 1, b: [1, 2, 3], c: 4 });
    expect(evaluate({ $if: "${query.nothing}", $then: 1 })).toBeNull();
  });

  it("leaves out what is never", () => {
    expect(evaluate({ a: { $if: false, $then: 1 }, b: [{ $if: null, $then: 1 }] })).toEqual({ b: [] });
  });

  it("refuses to have no $then", () => {
    expect(mistakesOf({ $if: true }).map(({ code }) => code)).toEqual(["BW_TEMPLATE_CONSTRUCT"]);
    expect(mistakesOf({ $then: true }).map(({ code }) => code)).toEqual(["BW_TEMPLATE_CONSTRUCT"]);
  });
});

describe("$merge", () => {
  it("makes one object, the last one winning", () => {
    expect(evaluate({ $merge: ["${body}", { id: "${path.id}", name: "Eve" }, null] })).toMatchObject({
      id: "7",
      name: "Eve",
      age: 36,
    });
    expect(compile({ $merge: [{ a: 1 }, { b: 2 }] }).constant).toBe(true);
  });

  it("refuses what is no object", () => {
    expect(mistakesOf({ $merge: { a: 1 } }).map(({ code }) => code)).toEqual(["BW_TEMPLATE_CONSTRUCT"]);
    expect(mistakesOf({ $merge: [1] }).map(({ code }) => code)).toEqual(["BW_TEMPLATE_FAILED"]);
    expect(() => compile({ $merge: ["${body.name}"] }).evaluate(createScope())).toThrow(
      expect.objectContaining({ code: "BW_TEMPLATE_FAILED" }),
    );
  });
});

describe("$file", () => {
  const texts = {
    "users.json": '[{"id": 1, "at": "${now()}"}]',
    "page.html": "<p>${not a template} {{ neither }}</p>",
    "7.json": '{"id": "${path.id}"}',
    "bad.json": '{\n  "id": "${pth.id}"\n}',
    "a.json": '{"$file": "b.json"}',
    "b.json": '{"$file": "a.json"}',
  };
  const files = createFiles(texts);

  it("puts in what a data file holds, expressions evaluated", () => {
    expect(evaluate({ users: { $file: "./users.json" } }, {}, { files })).toEqual({
      users: [{ id: 1, at: "2026-01-15T12:00:00.000Z" }],
    });
  });

  it("puts in other files as they are", () => {
    expect(evaluate({ $file: "page.html" }, {}, { files })).toBe(texts["page.html"]);
  });

  it("places mistakes in the file", () => {
    expect(mistakesOf({ $file: "bad.json" }, { files })).toMatchObject([
      { code: "BW_TEMPLATE_UNKNOWN_NAME", where: { source: { file: "bad.json" }, line: 2, column: 12, length: 3 } },
    ]);
  });

  it.each([
    ["none.json", "BW_FILE_MISSING"],
    ["../outside.json", "BW_FILE_OUTSIDE"],
    ["a.json", "BW_TEMPLATE_CONSTRUCT"],
    ["", "BW_TEMPLATE_CONSTRUCT"],
  ])("refuses %j at load", (file, code) => {
    expect(mistakesOf({ $file: file }, { files }).map((error) => error.code)).toEqual([code]);
  });

  it("reads a computed file with each change of it, and only inside the project", () => {
    const root = realpathSync(mkdtempSync(path.join(tmpdir(), "backworks-template-")));
    try {
      writeFileSync(path.join(root, "7.json"), '{"id": "${path.id}"}');
      const template = compile({ $file: "${path.id}.json" }, { files: createProjectFiles(root) });
      const first = template.evaluate(createScope());
      writeFileSync(path.join(root, "7.json"), '{"id": "changed ${path.id}"}');

      expect(template.usesBody).toBe(true);
      expect(first).toEqual({ id: "7" });
      expect(template.evaluate(createScope())).toEqual({ id: "changed 7" });
      expect(template.renderJson(createScope())).toBe('{"id":"changed 7"}');
      expect(template.evaluate(createScope({ params: { id: "8" } }))).toBeNull();
      expect(() => template.evaluate(createScope({ params: { id: "../../etc/passwd" } }))).toThrow(
        expect.objectContaining({ code: "BW_FILE_OUTSIDE" }),
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe("keys", () => {
  it("may hold expressions", () => {
    expect(evaluate({ "user-${path.id}": 1, plain: "${path.id}" })).toEqual({ "user-7": 1, plain: "7" });
  });

  it("begin with a dollar when it is not one of a construct", () => {
    expect(evaluate({ $ref: "#/a", $id: "x", $schema: 1 })).toEqual({ $ref: "#/a", $id: "x", $schema: 1 });
    expect(evaluate({ $$repeat: 1, $$each: { $$if: "${path.id}" } })).toEqual({ $repeat: 1, $each: { $if: "7" } });
  });
});

describe("values", () => {
  it("keep every type", () => {
    const value = {
      text: "a",
      number: 1.5,
      yes: true,
      none: null,
      list: [],
      object: {},
      at: new Date(0),
      gone: undefined,
    };

    expect(evaluate(value)).toEqual({ ...value, at: "1970-01-01T00:00:00.000Z", gone: null });
  });

  it("write the same JSON as the value gives", () => {
    const value = {
      'quote"': "${body.text}",
      list: [1, "${body.list}", { a: "${body.number}", b: "x ${body.text} y" }, "${body.none}"],
      last: { $repeat: 2, $each: ["${i}", { $if: "${i}", $then: "${body.text}" }] },
    };

    expect(
      evaluate(value, { body: { text: 'a"\n\u2028', list: [1, { b: [] }], number: 1.5, none: null } }),
    ).toMatchObject({
      list: [1, [1, { b: [] }], { a: 1.5 }, null],
    });
  });

  it("are refused when they are nested without end", () => {
    let value: unknown = "${path.id}";
    for (let depth = 0; depth < 5000; depth += 1) value = [value];

    expect(mistakesOf(value).map(({ code }) => code)).toEqual(["BW_TEMPLATE_LIMIT"]);
  });

  it("answer with an error, not a crash, for a body nested without end", () => {
    let body: never[] = [];
    for (let depth = 0; depth < 100_000; depth += 1) body = [body as never];
    const template = compile({ same: "${body == body.other}", text: "got ${body}" });

    expect(() => template.renderJson(createScope({ body }))).toThrow(
      expect.objectContaining({ code: "BW_TEMPLATE_FAILED" }),
    );
    expect(() => compile("${body}").renderJson(createScope({ body }))).toThrow(
      expect.objectContaining({ code: "BW_TEMPLATE_FAILED" }),
    );
  });
});
