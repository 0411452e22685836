import { expect, it } from "@jest/globals";
import { startOwn } from "../../test/postgrest-own.ts";
import { describeDatabases } from "../../test/servers.ts";

const colors = [
  `CREATE DOMAIN color AS int CHECK (VALUE BETWEEN 0 AND 16777215)`,
  `CREATE FUNCTION color_json(color) RETURNS json IMMUTABLE LANGUAGE sql AS $$ SELECT to_json('#' || lpad(to_hex($1), 6, '0')) $$`,
  `CREATE FUNCTION color_of(text) RETURNS color IMMUTABLE LANGUAGE sql AS
     $$ SELECT ('x' || lpad(ltrim($1, '#'), 8, '0'))::bit(32)::int::color $$`,
  `CREATE FUNCTION color_of(json) RETURNS color IMMUTABLE LANGUAGE sql AS $$ SELECT color_of($1 #>> '{}') $$`,
  `CREATE CAST (color AS json) WITH FUNCTION color_json(color) AS IMPLICIT`,
  `CREATE CAST (json AS color) WITH FUNCTION color_of(json) AS IMPLICIT`,
  `CREATE CAST (text AS color) WITH FUNCTION color_of(text) AS IMPLICIT`,
  `CREATE TABLE paints (id int PRIMARY KEY, shade color, name text)`,
  `INSERT INTO paints VALUES (1, 255, 'blue'), (2, 0, 'black')`,
];

const media = [
  `CREATE DOMAIN "text/x-lines" AS text`,
  `CREATE DOMAIN "image/x-dots" AS bytea`,
  `CREATE DOMAIN "*/*" AS text`,
  `CREATE DOMAIN "text/plain" AS text`,
  `CREATE TABLE words (id int PRIMARY KEY, word text)`,
  `CREATE TABLE others (id int)`,
  `INSERT INTO words VALUES (1, 'one'), (2, 'two')`,
  `CREATE FUNCTION add_line(text, words) RETURNS "text/x-lines" IMMUTABLE LANGUAGE sql AS $$ SELECT $1 || $2.word || E'\\n' $$`,
  `CREATE AGGREGATE lines(words) (sfunc = add_line, stype = "text/x-lines", initcond = '')`,
  `CREATE FUNCTION add_any(text, anyelement) RETURNS "text/plain" IMMUTABLE LANGUAGE sql AS $$ SELECT $1 || $2::text || ';' $$`,
  `CREATE AGGREGATE plain(anyelement) (sfunc = add_any, stype = "text/plain", initcond = '')`,
  `CREATE FUNCTION dots() RETURNS "image/x-dots" IMMUTABLE LANGUAGE sql AS $$ SELECT '\\x00ff10'::bytea::"image/x-dots" $$`,
  `CREATE FUNCTION anything() RETURNS "*/*" IMMUTABLE LANGUAGE sql AS $$ SELECT 'whatever' $$`,
];

describeDatabases(
  "what the database itself makes of its values",
  (target) => {
    it("shows a domain as its casts do, and reads it so", async () => {
      await using rest = await startOwn(target, colors);

      expect(await rest.json("GET /paints?order=id")).toEqual([
        { id: 1, shade: "#0000ff", name: "blue" },
        { id: 2, shade: "#000000", name: "black" },
      ]);
      expect(await rest.json("GET /paints?select=s:shade&shade=eq.0000ff")).toEqual([{ s: "#0000ff" }]);
      expect(await rest.json("GET /paints?select=id&shade=in.(0000ff,00ff00)")).toEqual([{ id: 1 }]);
      expect(await rest.json("GET /paints?select=id&shade=lt.000001")).toEqual([{ id: 2 }]);
      expect(await rest.json("GET /paints?select=shade::text&id=eq.1")).toEqual([{ shade: '"#0000ff"' }]);
      expect(await rest.json("GET /paints?select=shade.max()")).toEqual([{ max: 255 }]);
      const whole = { prefer: "return=representation" };
      expect(await rest.json("POST /paints", { headers: whole, body: { id: 3, shade: "#ffffff" } })).toEqual([
        { id: 3, shade: "#ffffff", name: null },
      ]);
      expect(
        await rest.json("PATCH /paints?shade=eq.ffffff&select=shade", { headers: whole, body: { shade: "#010203" } }),
      ).toEqual([{ shade: "#010203" }]);
    });

    it("gives media types that aggregates make of rows, and functions", async () => {
      await using rest = await startOwn(target, media);

      expect(await rest.typed("/words?order=id", "text/x-lines")).toEqual([200, "text/x-lines", "one\ntwo\n"]);
      expect(await rest.typed("/words?order=id&id=eq.2", "text/x-lines")).toEqual([200, "text/x-lines", "two\n"]);
      expect(await rest.typed("/words?select=id", "text/x-lines")).toMatchObject([
        406,
        expect.anything(),
        expect.anything(),
      ]);
      expect(await rest.typed("/others", "text/x-lines")).toMatchObject([406, expect.anything(), expect.anything()]);
      expect(await rest.typed("/words?select=id&order=id", "text/plain")).toEqual([
        200,
        "text/plain; charset=utf-8",
        "(1);(2);",
      ]);
      expect(await rest.typed("/rpc/dots", "image/*;q=0.1, image/x-dots")).toEqual([
        200,
        "image/x-dots",
        Buffer.from([0, 0xff, 0x10]).toString("latin1"),
      ]);
      expect(await rest.typed("/rpc/dots", "*/*")).toMatchObject([200, "image/x-dots", expect.anything()]);
      expect(await rest.typed("/rpc/dots", "text/html")).toMatchObject([406, expect.anything(), expect.anything()]);
      expect(await rest.typed("/rpc/anything", "made/up")).toEqual([200, "application/octet-stream", "whatever"]);
    });

    it("merges rows of views and of partitioned tables, and says whether any was new", async () => {
      await using rest = await startOwn(target, [
        `CREATE TABLE parts (id int PRIMARY KEY, n int) PARTITION BY RANGE (id)`,
        `CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100)`,
        `CREATE TABLE whole (id int PRIMARY KEY, n int)`,
        `CREATE VIEW shown AS SELECT * FROM whole`,
      ]);
      const merge = { prefer: "resolution=merge-duplicates,return=representation" };
      for (const table of ["parts", "shown"]) {
        const put = { body: { id: 1, n: 1 }, headers: { prefer: "return=representation" } };
        expect((await rest.send(`PUT /${table}?id=eq.1`, put)).status).toBe(201);
        expect((await rest.send(`PUT /${table}?id=eq.1`, put)).status).toBe(200);
        const post = (body: unknown): Promise<{ readonly status: number }> =>
          rest.send(`POST /${table}`, { headers: merge, body });
        expect((await post([{ id: 1, n: 2 }])).status).toBe(200);
        expect(
          (
            await post([
              { id: 1, n: 3 },
              { id: 2, n: 3 },
            ])
          ).status,
        ).toBe(201);
        expect((await post([])).status).toBe(200);
        expect(await rest.json(`GET /${table}?order=id`)).toEqual([
          { id: 1, n: 3 },
          { id: 2, n: 3 },
        ]);
      }
    });

    it("answers beside a view that shows itself, a table without columns and types of another schema", async () => {
      await using rest = await startOwn(
        target,
        [
          `CREATE SCHEMA own`,
          `CREATE DOMAIN public.short AS text CHECK (length(VALUE) < 5)`,
          `CREATE TABLE own.things (id int PRIMARY KEY, name public.short)`,
          `CREATE VIEW own.itself AS SELECT * FROM own.things`,
          `CREATE OR REPLACE VIEW own.itself AS SELECT * FROM own.itself`,
          `CREATE TABLE own.bare ()`,
        ],
        "schemas: [own], extra_search_path: []",
      );

      expect((await rest.send("POST /things", { body: { id: 1, name: "abc" } })).status).toBe(201);
      expect(await rest.json("GET /things")).toEqual([{ id: 1, name: "abc" }]);
      expect(await rest.json("GET /bare")).toEqual([]);
      expect((await rest.send("GET /itself")).status).toBe(500);
    });
  },
  ["postgresql"],
);
