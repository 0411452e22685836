import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { mysqlLexicon, postgresqlLexicon, sqliteLexicon } from "./lexicon.ts";
import type { Lexicon } from "./lexicon.ts";
import { parseSql } from "./parse.ts";
import { SqlProblem } from "./problem.ts";
import { tokenize } from "./tokens.ts";

const lexicons: readonly (readonly [string, Lexicon])[] = [
  ["postgresql", postgresqlLexicon],
  ["mysql", mysqlLexicon],
  ["sqlite", sqliteLexicon],
];

describe.each(lexicons)("a statement of %s", (_name, lexicon) => {
  it.each([
    ["behind an operator", "SELECT a FROM t WHERE a = ${x}", "SELECT a FROM t WHERE a = ?"],
    ["in a function", "SELECT f(${x}, 1)", "SELECT f(?, 1)"],
    ["in a list", "SELECT a FROM t WHERE a IN (${x}, ${y})", "SELECT a FROM t WHERE a IN (?, ?)"],
    ["in VALUES", "INSERT INTO t (a, b) VALUES (${x}, ${y})", "INSERT INTO t (a, b) VALUES (?, ?)"],
    ["in SET", "UPDATE t SET a = ${x}, b = ${y} WHERE c = ${z}", "UPDATE t SET a = ?, b = ? WHERE c = ?"],
    ["in LIMIT", "SELECT a FROM t ORDER BY a LIMIT ${x} OFFSET ${y}", "SELECT a FROM t ORDER BY a LIMIT ? OFFSET ?"],
    [
      "behind ON",
      "SELECT 1 FROM t JOIN u ON u.a = ${x} AND u.b > ${y}",
      "SELECT 1 FROM t JOIN u ON u.a = ? AND u.b > ?",
    ],
    [
      "in CASE of an order",
      "SELECT 1 FROM t ORDER BY CASE WHEN ${x} = 'a' THEN a END",
      "SELECT 1 FROM t ORDER BY CASE WHEN ? = 'a' THEN a END",
    ],
    ["as a column", "SELECT ${x} AS a, ${y}", "SELECT ? AS a, ?"],
    ["in a text", "SELECT a FROM t WHERE a LIKE '%${x}%'", "SELECT a FROM t WHERE a LIKE ?"],
    ["with quotes of its own", "SELECT a FROM t WHERE a = '${x ?? '}'}'", "SELECT a FROM t WHERE a = ?"],
  ])("takes an expression %s for a value", (_where, sql, text) => {
    expect(parseSql(sql, lexicon).pieces.join("?")).toBe(text);
  });

  it.each([
    ["a table", "SELECT a FROM ${x}"],
    ["a second table", "SELECT a FROM t, ${x}"],
    ["a joined table", "SELECT a FROM t JOIN ${x} ON true"],
    ["an order", "SELECT a FROM t ORDER BY ${x}"],
    ["a second order", "SELECT a FROM t ORDER BY a, ${x}"],
    ["a direction", "SELECT a FROM t ORDER BY a ${x}"],
    ["a column of an insert", "INSERT INTO t (a, ${x}) VALUES (1, 2)"],
    ["a column of a table", "SELECT t.${x} FROM t"],
    ["a table with columns", "SELECT ${x}.a FROM t"],
    ["a function", "SELECT ${x}(1)"],
    ["the end of a name", "SELECT a FROM t_${x}"],
    ["a name in quotes", "SELECT a FROM t WHERE `${x}` = 1".replaceAll("`", lexicon.backticks ? "`" : '"')],
    ["a type", "SELECT a::${x} FROM t"],
  ])("refuses an expression for %s", (_what, sql) => {
    expect(() => parseSql(sql, lexicon)).toThrow(SqlProblem);
  });

  it.each([
    ["two statements", "SELECT 1; DROP TABLE t"],
    ["nothing", "  -- nothing\n"],
    ["a text without an end", "SELECT 'a"],
    ["a comment without an end", "SELECT /* a"],
    ["an expression without an end", "SELECT ${a"],
    ["a literal of a type", "SELECT DATE '${x}'"],
  ])("refuses %s", (_what, sql) => {
    expect(() => parseSql(sql, lexicon)).toThrow(SqlProblem);
  });

  it("tells whether it changes anything", () => {
    const reads = (sql: string): boolean => parseSql(sql, lexicon).reads;

    expect(reads("SELECT 'DELETE' FROM t")).toBe(true);
    expect(reads("WITH a AS (SELECT 1) SELECT * FROM a")).toBe(true);
    expect(reads("WITH a AS (SELECT 1) DELETE FROM t")).toBe(false);
    expect(reads("INSERT INTO t SELECT 1")).toBe(false);
    expect(reads("VACUUM")).toBe(false);
  });

  it("is, token by token, the whole of any text, or a problem", () => {
    const alphabet = fc.constantFrom(
      ..."'\"`[]$?{}();-#/*\\: \nabE19.".split(""),
      "${",
      "--",
      "/*",
      "*/",
      "$$",
      "SELECT ",
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 40 }), (parts) => {
        const sql = parts.join("");
        const joined = tokensOf(sql, lexicon)
          ?.map(({ start, end }) => sql.slice(start, end))
          .join("");
        expect(joined ?? sql).toBe(sql);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("has one text whatever values it is written with", () => {
    const source = fc.stringMatching(/^[a-z.]{1,10}$/);
    fc.assert(
      fc.property(source, source, (one, other) => {
        const write = (name: string): string =>
          parseSql(
            `SELECT a FROM t WHERE a = \${${name}} AND b LIKE 'x\${${name}}y' LIMIT \${${name}}`,
            lexicon,
          ).pieces.join("?");
        expect(write(one)).toBe(write(other));
        expect(write(one)).not.toContain(`{${one}}`);
      }),
      { seed: 2 },
    );
  });
});

describe("texts", () => {
  it("know what escapes in each database", () => {
    expect(() => parseSql(String.raw`SELECT 'a\' WHERE ${"${x}"} = '`, postgresqlLexicon)).toThrow(SqlProblem);
    expect(parseSql(String.raw`SELECT 'a\'${"${x}"}'`, mysqlLexicon).slots).toEqual([
      { kind: "template", source: "a'${x}" },
    ]);
    expect(parseSql(String.raw`SELECT E'a\'${"${x}"}'`, postgresqlLexicon).slots).toEqual([
      { kind: "template", source: "a'${x}" },
    ]);
    expect(parseSql("SELECT 'it''s ${x}'", sqliteLexicon).slots).toEqual([{ kind: "template", source: "it's ${x}" }]);
    expect(parseSql("SELECT $a$it's ${x}$a$", postgresqlLexicon).slots).toEqual([
      { kind: "template", source: "it's ${x}" },
    ]);
  });

  it("do not run what MySQL hides in comments", () => {
    expect(() => parseSql("SELECT 1 /*! + ${x} */", mysqlLexicon)).toThrow(SqlProblem);
  });

  it("take $1 and ? for values of params", () => {
    expect(
      parseSql("SELECT $2, $1, $2", postgresqlLexicon).slots.map((slot) => slot.kind === "parameter" && slot.index),
    ).toEqual([1, 0, 1]);
    expect(parseSql("SELECT ?, ?", sqliteLexicon).slots.map((slot) => slot.kind === "parameter" && slot.index)).toEqual(
      [0, 1],
    );
    expect(parseSql("SELECT a ? 'b' FROM t", postgresqlLexicon).slots).toEqual([]);
  });
});

/** `undefined` for what is a problem. */
function tokensOf(sql: string, lexicon: Lexicon): ReturnType<typeof tokenize> | undefined {
  try {
    return tokenize(sql, lexicon);
  } catch (error) {
    if (error instanceof SqlProblem) return undefined;
    throw error;
  }
}
