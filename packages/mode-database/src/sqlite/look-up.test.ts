import { describe, expect, it } from "@jest/globals";
import { openQueries } from "../../test/open-queries.ts";
import type { Queries } from "../../test/open-queries.ts";

const tables = [
  "CREATE TABLE makers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
  "CREATE TABLE things (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, size INTEGER, code TEXT NOT NULL UNIQUE, maker INTEGER REFERENCES makers (id))",
  "CREATE INDEX by_kind ON things (kind)",
  "INSERT INTO makers VALUES (1, 'a')",
  "INSERT INTO things WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i, 'k' || (i % 5), i, 'c' || i, 1 FROM n",
];

/** How many of the statements of a request were answered at once. */
async function atOnce(queries: Queries, request: string): Promise<number> {
  const before = queries.atOnce;
  await queries.ask(request);
  return queries.atOnce - before;
}

describe("statements that run where the request is", () => {
  it.each([
    "things?id=eq.7",
    "things?code=eq.c7",
    "things?id=eq.7&select=id,makers(name)",
    "things?limit=20",
    "things?limit=20&offset=40&order=id.desc",
    "things?kind=eq.k1&limit=20",
    "things?kind=gte.k1&order=kind&limit=20",
    "things?order=kind&limit=20",
    "things?id=gt.100&id=lt.300&order=id&limit=50",
    "things?limit=20&after=",
    "things?limit=5&select=id,makers(name)",
    "things?or=(id.eq.1,id.eq.2)&limit=20",
  ])("are those of a key, and small pages of an index: %s", async (request) => {
    await using queries = await openQueries({ type: "sqlite", url: undefined }, tables);

    expect(await atOnce(queries, request)).toBe(1);
    expect(await atOnce(queries, request)).toBe(1);
  });

  it.each([
    "things",
    "things?kind=eq.k1",
    "things?size=gt.5&limit=20",
    "things?kind=eq.k1&size=gt.5&limit=20",
    "things?order=size&limit=20",
    "things?limit=1000",
    "things?limit=20&offset=400",
    "things?id=in.(1,2)&limit=20",
    "things?select=id,makers!inner(name)&limit=20",
    "things?select=kind,count()&limit=20",
    "makers?select=id,things(id)&limit=20",
    "things?kind=like.k*&limit=20",
  ])("are none that may read more than they answer: %s", async (request) => {
    await using queries = await openQueries({ type: "sqlite", url: undefined }, tables);

    expect(await atOnce(queries, request)).toBe(0);
  });
});
