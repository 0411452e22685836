import { expect, it } from "@jest/globals";
import { writeCursor } from "@backworks/core/query";
import { openQueries } from "../../test/open-queries.ts";
import { describeDatabases } from "../../test/servers.ts";

const json = { postgresql: "jsonb", mysql: "json", sqlite: "JSON" };
const time = { postgresql: "timestamptz", mysql: "datetime(6)", sqlite: "DATETIME" };
const bytes = { postgresql: "bytea", mysql: "blob", sqlite: "BLOB" };

describeDatabases("a query", (target) => {
  it("tells values the same whatever the database, in rows and in rows within rows", async () => {
    await using queries = await openQueries(target, [
      `CREATE TABLE parents (id integer PRIMARY KEY)`,
      `CREATE TABLE v (id integer PRIMARY KEY, parent integer, small smallint, big bigint, price decimal(10,2), ratio double precision, yes boolean,
       day date, clock time, made ${time[target.type]}, label varchar(20), facts ${json[target.type]}, raw ${bytes[target.type]},
       FOREIGN KEY (parent) REFERENCES parents (id))`,
      `INSERT INTO parents VALUES (1)`,
    ]);
    await queries.database.query("INSERT INTO v VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)", [
      7,
      1,
      -5,
      9007199254740993n,
      "20.50",
      0.1,
      false,
      "2026-01-31",
      "23:59:00",
      "2026-01-31 12:00:00.250",
      'é "x"\\',
      '{"a":[1,null]}',
      new Uint8Array([1, 2, 255]),
    ]);
    await queries.database.query("INSERT INTO v (id, parent) VALUES (8, 1)");
    const row = {
      id: 7,
      parent: 1,
      small: -5,
      big: "9007199254740993",
      price: "20.50",
      ratio: 0.1,
      yes: false,
      day: "2026-01-31",
      clock: "23:59:00",
      made: "2026-01-31T12:00:00.25Z",
      label: 'é "x"\\',
      facts: { a: [1, null] },
      raw: "AQL/",
    };
    const empty = { ...Object.fromEntries(Object.keys(row).map((name) => [name, null])), id: 8, parent: 1 };

    expect((await queries.ask("v")).rows).toEqual([row, empty]);
    expect((await queries.ask("parents?select=v(*)")).rows).toEqual([{ v: [row, empty] }]);
    expect((await queries.ask("v?select=big.sum(),price:price.sum(),made.max(),raw:raw.max()")).rows).toEqual([
      { sum: "9007199254740993", price: "20.50", max: "2026-01-31T12:00:00.25Z", raw: "AQL/" },
    ]);
  });

  it("finds big integers, decimals and times exactly", async () => {
    await using queries = await openQueries(target, [
      `CREATE TABLE v (id integer PRIMARY KEY, big bigint, price decimal(10,2), made ${time[target.type]})`,
      "INSERT INTO v VALUES (1, 9007199254740993, 0.1, '2026-01-31 12:00:00'), (2, 9007199254740992, 0.2, '2026-01-31 12:00:00.5')",
    ]);
    const ids = async (search: string): Promise<unknown> =>
      (await queries.ask(`v?select=id&${search}`)).rows.map(({ id }) => id);

    expect(await ids("big=eq.9007199254740993")).toEqual([1]);
    expect(await ids("big=in.(9007199254740993,5)")).toEqual([1]);
    expect(await ids("big=gt.9007199254740992")).toEqual([1]);
    expect(await ids("price=eq.0.10")).toEqual([1]);
    expect(await ids("price=in.(0.2)")).toEqual([2]);
    expect(await ids("made=eq.2026-01-31T13:00:00.5%2B01:00")).toEqual([2]);
    expect(await ids("made=in.(2026-01-31T12:00:00Z)")).toEqual([1]);
    expect(await ids("made=like.*T12:00:00*Z")).toEqual([1, 2]);
  });

  it("walks through pages by keyset, in whatever order and with nothing among the values", async () => {
    await using queries = await openQueries(target, [
      "CREATE TABLE v (id integer PRIMARY KEY, name varchar(10), score integer NOT NULL)",
      `INSERT INTO v VALUES (1, 'b', 2), (2, NULL, 1), (3, 'a', 2), (4, 'B', 2), (5, NULL, 3), (6, 'é', 1), (7, 'a', 2)`,
    ]);

    for (const order of [
      "id",
      "id.desc",
      "name",
      "name.desc",
      "name.nullsfirst,score.desc",
      "name.desc.nullslast",
      "score.desc,name",
      "score,id.desc",
    ]) {
      const whole = await queries.ask(`v?select=id&order=${order}`);
      const pages: unknown[] = [];
      let next: string | undefined = "";
      while (next !== undefined) {
        const page = await queries.ask(`v?select=id&order=${order}&limit=2&after=${next}`, { count: "exact" });
        pages.push(...page.rows);
        next = page.next;
        expect(page.total).toBe(7);
      }
      expect({ order, pages }).toEqual({ order, pages: whole.rows });
    }
  });

  it("counts when it is asked to, and not when the page tells", async () => {
    await using queries = await openQueries(target, [
      "CREATE TABLE v (id integer PRIMARY KEY, kind varchar(5))",
      "INSERT INTO v VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b'), (5, 'b')",
      target.type === "mysql" ? "ANALYZE TABLE v" : "ANALYZE",
    ]);

    expect(await queries.ask("v?limit=2")).toMatchObject({ total: undefined });
    expect(await queries.ask("v?limit=2", { count: "exact" })).toMatchObject({ total: 5 });
    expect(await queries.ask("v?limit=2", { count: "estimated" })).toMatchObject({ total: 5 });
    expect(typeof (await queries.ask("v?limit=2", { count: "planned" })).total).toBe("number");
    expect(await queries.ask("v?limit=2&offset=4")).toMatchObject({ total: 5 });
    expect(await queries.ask("v?offset=9", { count: "exact" })).toMatchObject({ total: 5, rows: [] });
    expect(await queries.ask("v?select=kind,count()&limit=1", { count: "exact" })).toMatchObject({
      total: 2,
      rows: [{ kind: "a", count: 2 }],
    });
    expect(await queries.ask("v?select=count()&offset=3", { count: "exact" })).toMatchObject({ total: 1, rows: [] });
    expect(queries.texts.size).toBeLessThan(12);
  });

  it("refuses a cursor that says what no row can have, as the database or the query does", async () => {
    await using queries = await openQueries(target, ["CREATE TABLE v (id integer PRIMARY KEY, big bigint NOT NULL)"]);
    for (const value of ["x", "99999999999999999999x", true, null, 1.5, "1; DROP TABLE v"]) {
      const after = writeCursor('"id"+', [value]);
      const asked = queries.ask(`v?after=${after}&order=id`);

      await expect(
        asked.then(
          () => 200,
          (error: { status?: number }) => error.status,
        ),
      ).resolves.toBeLessThan(500);
    }
  });

  it("has no words of its own for a text that no database can hold", async () => {
    await using queries = await openQueries(target, ["CREATE TABLE v (id integer PRIMARY KEY, name varchar(10))"]);
    const asked = queries.ask("v?name=eq.a%00b");

    await expect(
      asked.then(
        () => 200,
        (error: { status?: number }) => error.status,
      ),
    ).resolves.toBeLessThan(500);
  });

  it("answers questions as long as they may be, or refuses them", async () => {
    await using queries = await openQueries(target, [
      `CREATE TABLE v (id integer PRIMARY KEY, name varchar(10), facts ${json[target.type]})`,
      `INSERT INTO v VALUES (1, 'a', '{"a":[[5]]}'), (2, 'b', NULL)`,
    ]);
    const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join(",");
    const deep = `facts${"->a".repeat(10)}${"->0".repeat(9)}`;
    const statusOf = (search: string): Promise<unknown> =>
      queries.ask(`v?${search}`).then(
        () => 200,
        (error: { status?: number }) => error.status,
      );

    expect(await statusOf(`or=(${times(499, "id.eq.1")})`)).toBe(200);
    expect(await statusOf(`and=(${times(499, "name.neq.x")})`)).toBe(200);
    expect(await statusOf(`name=in.(${times(1000, "a")})`)).toBe(200);
    expect(await statusOf(`or=(${times(20, `${deep}.eq.5`)})`)).toBe(200);
    expect([200, 400]).toContain(await statusOf(`or=(${times(400, `${deep}.eq.5`)})`));
    expect([200, 400]).toContain(await statusOf(`facts${"->-1".repeat(20)}=eq.5`));
    expect((await queries.ask("v?facts->a->-1->-1=eq.5&select=id")).rows).toEqual([{ id: 1 }]);
  });

  it("compares texts by code unit, however their column does", async () => {
    const column = {
      postgresql: "text",
      mysql: "varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
      sqlite: "TEXT COLLATE NOCASE",
    }[target.type];
    await using queries = await openQueries(target, [
      `CREATE TABLE v (id integer PRIMARY KEY, name ${column})`,
      "INSERT INTO v VALUES (1, 'a'), (2, 'A'), (3, 'b'), (4, 'a ')",
    ]);
    const ids = async (search: string): Promise<unknown> =>
      (await queries.ask(`v?select=id&${search}`)).rows.map(({ id }) => id);

    expect(await ids("name=eq.a")).toEqual([1]);
    expect(await ids("name=neq.a")).toEqual([2, 3, 4]);
    expect(await ids("name=in.(a,b)")).toEqual([1, 3]);
    expect(await ids("name=gt.A&order=name.desc")).toEqual([3, 4, 1]);
    expect(await ids("name=like.A*")).toEqual([2]);
    expect(await ids("name=ilike.A*")).toEqual([1, 2, 4]);
    expect((await queries.ask("v?select=name,count()&id=lt.4")).rows).toEqual([
      { name: "a", count: 1 },
      { name: "A", count: 1 },
      { name: "b", count: 1 },
    ]);
    expect((await queries.ask("v?select=name.min(),top:name.max()")).rows).toEqual([{ min: "A", top: "b" }]);
  });

  it("reads a view without a key, in no order it knows", async () => {
    await using queries = await openQueries(target, [
      "CREATE TABLE v (id integer PRIMARY KEY)",
      "INSERT INTO v VALUES (1), (2)",
      "CREATE VIEW w AS SELECT id FROM v",
    ]);

    expect((await queries.ask("w?order=id.desc")).rows).toEqual([{ id: 2 }, { id: 1 }]);
    expect((await queries.ask("w?id=eq.1")).rows).toEqual([{ id: 1 }]);
  });
});

describeDatabases(
  "columns without a type, and those that a view computes",
  (target) => {
    it("are compared as what each row has there", async () => {
      await using queries = await openQueries(target, [
        "CREATE TABLE v (id INTEGER PRIMARY KEY, x)",
        "INSERT INTO v VALUES (1, 5), (2, '5'), (3, 1.5), (4, NULL), (5, 'b'), (6, x'0102')",
        "CREATE VIEW w AS SELECT id, id * 2 AS twice, 'n' || id AS label FROM v",
      ]);
      const ids = async (request: string): Promise<unknown> => (await queries.ask(request)).rows.map(({ id }) => id);

      expect(await ids("v?x=eq.5")).toEqual([1, 2]);
      expect(await ids("v?x=5.0")).toEqual([1]);
      expect(await ids("v?x=neq.5")).toEqual([3, 5, 6]);
      expect(await ids("v?x=lt.5")).toEqual([3]);
      expect(await ids("v?x=in.(5,b)")).toEqual([1, 2, 5]);
      expect(await ids("v?x=not.in.(5)")).toEqual([3, 5, 6]);
      expect(await ids("v?x=gt(any).{1,a}")).toEqual([1, 2, 3, 5]);
      expect(await ids("v?x=isdistinct.5")).toEqual([3, 4, 5, 6]);
      expect((await queries.ask("v?select=x&id=in.(1,2,6)")).rows).toEqual([{ x: 5 }, { x: "5" }, { x: "AQI=" }]);
      expect(await ids("w?twice=gt.9&order=id")).toEqual([5, 6]);
      expect(await ids("w?label=eq.n3")).toEqual([3]);
      await expect(ids("v?x=cs.{5}")).rejects.toMatchObject({ code: "BW_QUERY_UNSUPPORTED" });
    });

    it("embeds no more rows than are good for anybody", async () => {
      await using queries = await openQueries(target, [
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id))",
        "INSERT INTO p VALUES (1)",
        "INSERT INTO c WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) SELECT i, 1 FROM n",
      ]);

      await expect(queries.ask("p?select=c(id)")).rejects.toMatchObject({ code: "BW_QUERY_INVALID" });
      expect((await queries.ask("p?select=c(count())")).rows).toEqual([{ c: [{ count: 100001 }] }]);
    });
  },
  ["sqlite"],
);

describeDatabases(
  "types of PostgreSQL's own",
  (target) => {
    it("are told and compared as texts, lists and ranges", async () => {
      await using queries = await openQueries(target, [
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
        "CREATE DOMAIN label AS text CHECK (value <> '')",
        `CREATE TABLE v (id integer PRIMARY KEY, mood mood, label label, host inet, span interval, big bigint[], moods mood[], days daterange,
         code char(3), facts json, at timestamp, ratio real)`,
        `INSERT INTO v VALUES (1, 'ok', 'x', '10.0.0.1', '1 day', '{9007199254740993,1}', '{sad,ok}', '[2026-01-01,2026-02-01)', 'ab', '{"b": 1}', '2026-01-31 12:00', 0.1),
         (2, 'sad', 'y', NULL, NULL, NULL, NULL, NULL, NULL, 'null', NULL, NULL)`,
      ]);
      const ids = async (search: string): Promise<unknown> =>
        (await queries.ask(`v?select=id&${search}`)).rows.map(({ id }) => id);

      expect((await queries.ask("v?id=eq.1")).rows).toEqual([
        {
          id: 1,
          mood: "ok",
          label: "x",
          host: "10.0.0.1",
          span: "P1D",
          big: ["9007199254740993", 1],
          moods: ["sad", "ok"],
          days: "[2026-01-01,2026-02-01)",
          code: "ab ",
          facts: { b: 1 },
          at: "2026-01-31T12:00:00Z",
          ratio: 0.1,
        },
      ]);
      expect(await ids("mood=eq.ok")).toEqual([1]);
      expect(await ids("mood=in.(sad,glad)")).toEqual([2]);
      expect(await ids("order=mood")).toEqual([1, 2]);
      expect(await ids("label=gt.x")).toEqual([2]);
      expect(await ids("host=eq.10.0.0.1")).toEqual([1]);
      expect(await ids("big=cs.{1}")).toEqual([1]);
      expect(await ids("big=eq.{9007199254740993,1}")).toEqual([1]);
      expect(await ids("moods=cs.{sad}")).toEqual([1]);
      expect(await ids("moods=ov.{happy}")).toEqual([]);
      expect(await ids("days=cs.[2026-01-05,2026-01-06)")).toEqual([1]);
      expect(await ids("code=eq.ab")).toEqual([1]);
      expect(await ids("facts->b=eq.1")).toEqual([1]);
      expect(await ids("facts=is.null")).toEqual([2]);
      expect(await ids("at=gte.2026-01-31T13:00:00%2B01:00")).toEqual([1]);
      expect(await ids("ratio=eq.0.1")).toEqual([1]);
      expect((await queries.ask("v?select=mood,count()&order=mood.desc")).rows).toEqual([
        { mood: "sad", count: 1 },
        { mood: "ok", count: 1 },
      ]);
    });
  },
  ["postgresql"],
);

describeDatabases(
  "a search",
  (target) => {
    it("finds words in texts, in JSON and in what was prepared for it", async () => {
      await using queries = await openQueries(target, [
        "CREATE TABLE v (id integer PRIMARY KEY, body text, facts jsonb, words tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED)",
        `INSERT INTO v VALUES (1, 'fat cats ate rats', '{"a":"a cat"}'), (2, 'a dog', '{"a":"a dog"}'), (3, NULL, NULL)`,
      ]);
      const ids = async (search: string): Promise<unknown> =>
        (await queries.ask(`v?select=id&${search}`)).rows.map(({ id }) => id);

      expect(await ids("body=fts(english).cat%26rat")).toEqual([1]);
      expect(await ids("body=plfts(english).The fat cats")).toEqual([1]);
      expect(await ids("body=phfts(english).cats ate")).toEqual([1]);
      expect(await ids("body=wfts(english).cat or dog")).toEqual([1, 2]);
      expect(await ids("body=not.wfts(english).cat")).toEqual([2]);
      expect(await ids("facts=plfts(english).cats")).toEqual([1]);
      expect(await ids("words=plfts(english).cats")).toEqual([1]);
      await expect(ids("body=fts(klingon).cat")).rejects.toMatchObject({ code: "BW_QUERY_INVALID" });
      await expect(ids("body=fts.cat %26%26 (")).rejects.toMatchObject({ code: "BW_QUERY_INVALID" });
    });
  },
  ["postgresql"],
);
