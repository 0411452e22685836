import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { formOf } from "./accept.ts";
import type { RequestPage } from "./check/page.ts";
import { pageOf } from "./check/page.ts";
import { readCsv, writeCsv } from "./csv.ts";
import { pageHeaders } from "./page-headers.ts";
import { appliedPreferences, parsePreferences } from "./prefer.ts";
import { parseRangeHeader } from "./range-header.ts";
import { parseQuery } from "./syntax/parse.ts";

describe("parsePreferences", () => {
  it.each([
    [undefined, {}],
    ["", {}],
    ["return=minimal", { return: "minimal" }],
    ["return=representation, count=exact", { return: "representation", count: "exact" }],
    [["return=headers-only", "tx=rollback"], { return: "headers-only", tx: "rollback" }],
    ["Return = minimal", { return: "minimal" }],
    ['return="minimal"', { return: "minimal" }],
    ["return=minimal, return=representation", { return: "minimal" }],
    ["resolution=merge-duplicates,missing=default", { resolution: "merge-duplicates", missing: "default" }],
    ["max-affected=10", { maxAffected: 10 }],
    ["max-affected=x, respond-async, foo=bar", {}],
    ["handling=lenient, count=many", { handling: "lenient" }],
    ["constructor=1, __proto__=1", {}],
  ])("reads %j", (header, expected) => {
    expect(parsePreferences(header)).toEqual(expected);
  });

  it("tells which it followed", () => {
    const preferences = parsePreferences("max-affected=1, return=minimal, tx=commit");

    expect(appliedPreferences(preferences, ["return", "maxAffected", "count"])).toBe("return=minimal, max-affected=1");
    expect(appliedPreferences(preferences, ["count"])).toBeUndefined();
  });
});

describe("parseRangeHeader", () => {
  it.each([
    [{}, undefined],
    [{ range: "0-9" }, { offset: 0, limit: 10 }],
    [
      { range: "5-5", "range-unit": "items" },
      { offset: 5, limit: 1 },
    ],
    [{ range: "items=10-" }, { offset: 10, limit: undefined }],
    [{ range: "0-9", "range-unit": "bytes" }, undefined],
    [{ range: "bytes=0-9" }, undefined],
    [{ range: "-5" }, undefined],
  ])("reads %j", (headers, expected) => {
    expect(parseRangeHeader(headers)).toEqual(expected);
  });

  it("refuses what ends before it begins", () => {
    expect(() => parseRangeHeader({ range: "5-3" })).toThrow("the range 5-3 ends before it begins");
  });
});

describe("pageOf", () => {
  it.each<[Record<string, string>, { offset: number; limit: number | undefined } | undefined, Partial<RequestPage>]>([
    [{}, undefined, { offset: 0, limit: 100, by: "offset" }],
    [{ limit: "5000" }, undefined, { offset: 0, limit: 1000 }],
    [{ page: "3" }, undefined, { offset: 200, limit: 100, by: "page" }],
    [{ after: "" }, undefined, { offset: 0, limit: 100, by: "after" }],
    [{}, { offset: 5, limit: 5 }, { offset: 5, limit: 5 }],
    [{}, { offset: 5, limit: undefined }, { offset: 5, limit: 100 }],
    [
      { limit: "3", offset: "1" },
      { offset: 2, limit: 9 },
      { offset: 2, limit: 2 },
    ],
    [{}, { offset: 2000, limit: 10 }, { offset: 2000, limit: 10 }],
    [{ limit: "3" }, { offset: 9, limit: 9 }, { offset: 9, limit: 0 }],
  ])("of %j with the range %j is %j", (fields, range, expected) => {
    expect(pageOf(parseQuery(fields), { default: 100, max: 1000, range })).toMatchObject(expected);
  });
});

describe("formOf", () => {
  const object = "application/vnd.pgrst.object+json";

  it.each([
    [undefined, "list", "application/json"],
    ["*/*", "list", "application/json"],
    ["text/html", "list", "application/json"],
    ["text/csv", "csv", "text/csv; charset=utf-8"],
    ["text/csv;q=0.5, application/json", "list", "application/json"],
    ["text/csv;q=0, text/html", "list", "application/json"],
    [object, "object", object],
    [`${object};nulls=stripped`, "object", `${object};nulls=stripped`],
    ["application/vnd.pgrst.array+json", "list", "application/vnd.pgrst.array+json"],
    ["constructor", "list", "application/json"],
  ])("gives %s a %s", (accept, kind, mediaType) => {
    expect(formOf(accept)).toMatchObject({ kind, mediaType });
  });
});

describe("comma-separated values", () => {
  it("are read as they were written", () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom("NULL", "", ",", '"', "\n", "\r\n", " "));
    fc.assert(
      fc.property(fc.array(fc.record({ a: cell, b: cell }), { minLength: 1 }), (rows) => {
        const quoted = rows.map(({ a, b }) => ({ a: `x${a}`, b: `x${b}` }));

        expect(readCsv(writeCsv(quoted))).toEqual({ rows: quoted });
      }),
    );
  });

  it.each([
    ["a,b\n1,2", { rows: [{ a: "1", b: "2" }] }],
    ['a,b\r\n"1,""x""",NULL\r\n', { rows: [{ a: '1,"x"', b: null }] }],
    ['a\n""\n"NULL"\n\n', { rows: [{ a: "" }, { a: "NULL" }] }],
    ["", { rows: [] }],
    ["a", { rows: [] }],
    ["a,a\n1,2", { problem: "column a is there twice" }],
    ["a,\n1,2", { problem: "a column has no name" }],
    ["a\n1,2", { problem: "line 2 has 2 cells, the header 1" }],
    ['a\n1"2', { problem: expect.stringContaining("quotation mark at character") }],
  ])("reads %j", (text, expected) => {
    expect(readCsv(text)).toEqual(expected);
  });
});

describe("pageHeaders", () => {
  function headersOf(fields: Record<string, string>, total: number | undefined, count: number): Record<string, string> {
    const page = pageOf(parseQuery(fields), { default: 100, max: 1000 });
    return pageHeaders({ page, count, total }, { path: "/products", fields });
  }

  it("counts every row that fits", () => {
    expect(headersOf({ limit: "1" }, 2, 1)).toMatchObject({ "x-total-count": "2", "content-range": "0-0/2" });
  });

  it("says that nobody counted", () => {
    expect(headersOf({ limit: "1" }, undefined, 1)).toEqual({ "content-range": "0-0/*" });
  });

  it("has no links when one page holds everything", () => {
    expect(headersOf({}, 4, 4)).toEqual({ "x-total-count": "4", "content-range": "0-3/4" });
  });

  it("says that a page is empty", () => {
    expect(headersOf({}, 0, 0)).toEqual({ "x-total-count": "0", "content-range": "*/0" });
  });

  it("links to the other pages in the words of the request", () => {
    expect(headersOf({ page: "2", limit: "1", sort: "-id" }, 4, 1)["link"]).toBe(
      [
        '</products?limit=1&sort=-id&page=1>; rel="first"',
        '</products?limit=1&sort=-id&page=1>; rel="prev"',
        '</products?limit=1&sort=-id&page=3>; rel="next"',
        '</products?limit=1&sort=-id&page=4>; rel="last"',
      ].join(", "),
    );
    expect(headersOf({ limit: "3", offset: "3" }, 4, 1)["link"]).toBe(
      [
        '</products?limit=3&offset=0>; rel="first"',
        '</products?limit=3&offset=0>; rel="prev"',
        '</products?limit=3&offset=3>; rel="last"',
      ].join(", "),
    );
  });

  it("links from beyond the end to the last page", () => {
    expect(headersOf({ limit: "3", offset: "30" }, 4, 0)["link"]).toContain('</products?limit=3&offset=3>; rel="prev"');
  });
});
