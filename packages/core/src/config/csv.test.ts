import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseCsv } from "./csv.ts";

function rowsOf(text: string): unknown {
  const parsed = parseCsv(text);
  return "rows" in parsed ? parsed.rows.map((row) => ({ ...row })) : parsed;
}

describe("parseCsv", () => {
  it.each([
    ["id,name\n1,Ada\n", [{ id: "1", name: "Ada" }]],
    ['id,name\r\n1,"Ada, ""Countess"""\r\n', [{ id: "1", name: 'Ada, "Countess"' }]],
    ['id,text\n1,"two\nlines"', [{ id: "1", text: "two\nlines" }]],
    ["id\n1\n\n2\n", [{ id: "1" }, { id: "2" }]],
    [" id , name \n1,\n", [{ id: "1", name: "" }]],
    ["", []],
    ["id\n", []],
  ])("reads %j", (text, expected) => {
    expect(rowsOf(text)).toEqual(expected);
  });

  it.each([
    ["id,name\n1\n", { problem: "a row has 1 fields, the header 2", start: 8 }],
    ['id\n"1', { problem: "a quote is not closed", start: 3 }],
    ['id\n1"2"\n', { problem: "a quote stands inside a field", start: 4 }],
    ["id,id\n", { problem: "column id is there twice", start: 0 }],
    ["id,\n", { problem: "a column has no name", start: 0 }],
  ])("says what is wrong with %j", (text, expected) => {
    expect(rowsOf(text)).toEqual(expected);
  });

  it("reads back what was written", () => {
    const cell = fc.string({ maxLength: 6 });
    const table = fc.array(fc.tuple(cell, cell), { maxLength: 6 });
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

    fc.assert(
      fc.property(table, (rows) => {
        const text = ["a,b", ...rows.map((row) => row.map(quote).join(","))].join("\r\n");
        expect(rowsOf(text)).toEqual(rows.map(([a, b]) => ({ a, b })));
      }),
    );
  });
});
