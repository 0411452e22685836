import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { FieldMap } from "../exchange.ts";
import { pageHeaders } from "./page-headers.ts";
import type { QueryRules } from "./parse.ts";
import { parseQuery } from "./parse.ts";
import type { Row } from "./query.ts";
import { runQuery } from "./run.ts";

const rows: readonly Row[] = [
  { id: 1, name: "Ada", price: 30, sold: true, tag: null },
  { id: 2, name: "bob", price: 5, sold: false, tag: "a,b" },
  { id: 3, name: "Cyd", price: 100, sold: true, tag: "is.null" },
  { id: 4, name: "Ada", price: 5, sold: false },
];

const rules: QueryRules = {
  collection: "products",
  columns: new Set(["id", "name", "price", "sold", "tag"]),
  ignored: ["session"],
  page: { default: 100, max: 1000 },
};

/** A query string as the pipeline reads it. */
function fieldsOf(search: string): FieldMap {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    const present = fields[name];
    fields[name] = present === undefined ? value : [present, value].flat();
  }
  return fields;
}

function idsOf(search: string, over: Partial<QueryRules> = {}): unknown[] {
  return runQuery(rows, parseQuery(fieldsOf(search), { ...rules, ...over })).rows.map((row) => row["id"]);
}

describe("runQuery", () => {
  it.each([
    ["", [1, 2, 3, 4]],
    ["name=Ada", [1, 4]],
    ["name=ada", []],
    ["name=Ada&price=5", [4]],
    ["name=Ada&name=bob", []],
    ["price=5", [2, 4]],
    ["price=5.0", [2, 4]],
    ["price=", []],
    ["price=five", []],
    ["sold=true", [1, 3]],
    ["sold=1", []],
    ["tag=null", []],
    ["tag=is.null", [1, 4]],
    ["tag=eq.is.null", [3]],
    ["tag=not.is.null", [2, 3]],
    ["tag=neq.x", [2, 3]],
    ["tag=not.eq.x", [2, 3]],
    ["price=gt.5", [1, 3]],
    ["price=gte.30", [1, 3]],
    ["price=lt.30", [2, 4]],
    ["price=lte.5", [2, 4]],
    ["price=gte.5&price=lt.100", [1, 2, 4]],
    ["id=in.(1,3,9)", [1, 3]],
    ["id=not.in.(1,3)", [2, 4]],
    ["id=in.()", []],
    ['tag=in.("a,b",x)', [2]],
    ['tag=in.("a\\,b")', [2]],
    ["name=like.A*", [1, 4]],
    ["name=ilike.*B*", [2]],
    ["name=like._d_", [1, 4]],
    ["name=not.like.*d*", [2]],
    ["sold=is.true", [1, 3]],
    ["session=x", [1, 2, 3, 4]],
    ["order=price", [2, 4, 1, 3]],
    ["order=price.desc", [3, 1, 2, 4]],
    ["order=price.desc,id.desc", [3, 1, 4, 2]],
    ["order=tag", [2, 3, 1, 4]],
    ["order=tag.desc", [1, 4, 3, 2]],
    ["order=tag.desc.nullslast", [3, 2, 1, 4]],
    ["order=tag.nullsfirst", [1, 4, 2, 3]],
    ["sort=-price,name", [3, 1, 4, 2]],
    ["sort=+price", [2, 4, 1, 3]],
    ["order=", [1, 2, 3, 4]],
    ["limit=2", [1, 2]],
    ["limit=2&offset=1", [2, 3]],
    ["limit=0", []],
    ["page=2&limit=3", [4]],
    ["page=2&per_page=1", [2]],
    ["page=9", []],
  ])("answers ?%s with rows %j", (search, expected) => {
    expect(idsOf(search)).toEqual(expected);
  });

  it("keeps to the size of a page that the rules give", () => {
    const page = { default: 2, max: 3 };

    expect(idsOf("", { page })).toEqual([1, 2]);
    expect(idsOf("limit=9", { page })).toEqual([1, 2, 3]);
  });

  it("takes any column while none is known", () => {
    expect(idsOf("nothing=1", { columns: undefined })).toEqual([]);
  });

  it("sorts values of different types without losing a row", () => {
    const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.integer()));
    fc.assert(
      fc.property(fc.array(value), fc.boolean(), (values, descending) => {
        const mixed = values.map((v, id) => ({ id, v }));
        const query = parseQuery(fieldsOf(descending ? "sort=-v" : "order=v"), { ...rules, columns: undefined });

        const once = runQuery(mixed, query).rows;

        expect(new Set(once.map((row) => row["id"]))).toEqual(new Set(mixed.map((row) => row.id)));
        expect(runQuery(once, query).rows).toEqual(once);
      }),
    );
  });
});

describe("parseQuery", () => {
  it.each([
    ["limit=x"],
    ["limit=-1"],
    ["limit="],
    ["limit=1.5"],
    ["limit=99999999999999999999"],
    ["limit=1&limit=2"],
    ["limit=1&per_page=2"],
    ["per_page=0"],
    ["page=0"],
    ["page=1&offset=2"],
    ["page=1&limit=0"],
    ["page=9007199254740991&limit=10"],
    ["offset=x"],
    ["order=name&sort=name"],
    ["order=name.down"],
    ["order=name.desc.nullslast.x"],
    ["order=name,,id"],
    ["sort=-"],
    ["tag=is.maybe"],
    ["id=in.1"],
    ['id=in.("a)'],
    ["name=not.Ada"],
    ["name=match.A"],
    ["select=id"],
    ["or=(id.eq.1)"],
  ])("refuses ?%s with 400", (search) => {
    expect(() => idsOf(search)).toThrow(expect.objectContaining({ code: "BW_QUERY_INVALID", status: 400 }));
  });

  it.each([
    ["nmae=Ada", "did you mean name?"],
    ["order=pirce", "did you mean price?"],
    ["sort=-solt", "did you mean sold?"],
    ["zzzzzz=1", "columns are id, name, price, sold, tag"],
  ])("refuses the unknown column of ?%s and says: %s", (search, hint) => {
    expect(() => idsOf(search)).toThrow(
      expect.objectContaining({ code: "BW_QUERY_UNKNOWN_COLUMN", status: 400, hint }),
    );
  });

  it("reads any query or refuses it as a mistake of the client", () => {
    const name = fc.constantFrom("id", "name", "order", "sort", "limit", "page", "offset");
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("(", ")", '"', "\\", ",", ".", "a", "in", "not", "is", "eq") }),
    );
    fc.assert(
      fc.property(fc.dictionary(name, text), (fields) => {
        const statuses: number[] = [];
        try {
          runQuery(rows, parseQuery(fields, rules));
        } catch (error) {
          statuses.push((error as { status: number }).status);
        }
        expect(statuses.every((status) => status === 400)).toBe(true);
      }),
    );
  });
});

describe("pageHeaders", () => {
  function headersOf(search: string): Record<string, string> {
    const fields = fieldsOf(search);
    const query = parseQuery(fields, rules);
    return pageHeaders(query, runQuery(rows, query), { path: "/products", fields });
  }

  it("counts every row that fits", () => {
    expect(headersOf("limit=1&name=Ada")).toMatchObject({ "x-total-count": "2", "content-range": "0-0/2" });
  });

  it("has no links when one page holds everything", () => {
    expect(headersOf("")).toEqual({ "x-total-count": "4", "content-range": "0-3/4" });
  });

  it("says that a page is empty", () => {
    expect(headersOf("name=nobody")).toEqual({ "x-total-count": "0", "content-range": "*/0" });
  });

  it("links to the other pages in the words of the request", () => {
    expect(headersOf("page=2&limit=1&sort=-id")["link"]).toBe(
      [
        '</products?limit=1&sort=-id&page=1>; rel="first"',
        '</products?limit=1&sort=-id&page=1>; rel="prev"',
        '</products?limit=1&sort=-id&page=3>; rel="next"',
        '</products?limit=1&sort=-id&page=4>; rel="last"',
      ].join(", "),
    );
    expect(headersOf("limit=3&offset=3")["link"]).toBe(
      [
        '</products?limit=3&offset=0>; rel="first"',
        '</products?limit=3&offset=0>; rel="prev"',
        '</products?limit=3&offset=3>; rel="last"',
      ].join(", "),
    );
  });

  it("links from beyond the end to the last page", () => {
    expect(headersOf("limit=3&offset=30")["link"]).toContain('</products?limit=3&offset=3>; rel="prev"');
  });
});
