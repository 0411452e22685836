import { describe, expect, it } from "@jest/globals";
import { parseQuery } from "@backworks/core/query";
import type { Stretch } from "./level.ts";
import { takeValues } from "./take-values.ts";

const all: Stretch = { limit: undefined, offset: 0 };
const keyOf = (fields: Record<string, string>, page = all): string =>
  takeValues(parseQuery(fields, { dialect: "postgrest" }), page).key;

describe("takeValues", () => {
  it("names what is asked, whatever the values", () => {
    expect(keyOf({ id: "eq.1", or: "(a.in.(1,2),b.like.x*)" })).toBe(keyOf({ id: "eq.2", or: "(a.in.(3),b.like.y)" }));
    expect(keyOf({}, { limit: 1, offset: 2 })).toBe(keyOf({}, { limit: 3, offset: 4 }));
  });

  it.each([
    [{ id: "eq.1" }, { id: "neq.1" }],
    [{ id: "eq.1" }, { id: "not.eq.1" }],
    [{ id: "eq.1" }, { no: "eq.1" }],
    [{ id: "eq(any).{1}" }, { id: "eq(all).{1}" }],
    [{ id: "eq.1" }, { id: "eq(any).{1}" }],
    [{ id: "is.null" }, { id: "is.true" }],
    [{ a: "fts(english).x" }, { a: "fts(german).x" }],
    [{ "a->b": "eq.1" }, { "a->>b": "eq.1" }],
    [{ or: "(a.eq.1,b.eq.1)" }, { and: "(a.eq.1,b.eq.1)" }],
    [{ "c.id": "eq.1" }, { id: "eq.1" }],
    [{ select: "a" }, { select: "b:a" }],
    [{ order: "a" }, { order: "a.desc" }],
    [{ "c.order": "a" }, { order: "a" }],
    [{ "c.limit": "1" }, { "c.limit": "2" }],
  ] as const)("tells %j from %j", (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  it("tells a page from no page", () => {
    const pages = [all, { limit: 1, offset: 0 }, { limit: undefined, offset: 1 }, { limit: 1, offset: 1 }];

    expect(new Set(pages.map((page) => keyOf({}, page))).size).toBe(pages.length);
  });

  it("has the values in the order of their slots", () => {
    const page = { limit: 5, offset: 1 };
    const query = parseQuery({ id: "in.(1,2)", name: "like.a*", x: "is.null" }, { dialect: "postgrest" });
    const { values, slots } = takeValues(query, page);

    expect(values).toEqual(['{"1","2"}', "a%", "5", "1"]);
    expect(slots.get(page)).toBe(2);
    expect([...slots.values()]).toEqual([0, 1, 2]);
  });
});
