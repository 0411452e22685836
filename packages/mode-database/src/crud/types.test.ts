import type { JsonValue } from "@backworks/core";
import { expect, it } from "@jest/globals";
import type { CrudRig } from "../../test/crud-rig.ts";
import { startCrud } from "../../test/crud-rig.ts";
import type { TestDatabase } from "../../test/servers.ts";
import { describeDatabases } from "../../test/servers.ts";

type Columns = Readonly<Record<string, readonly [type: string, value: JsonValue]>>;

const uuid = "11111111-2222-4333-8444-555555555555";

/** Types of each database with a value that is easily bent. */
const columns: Readonly<Record<TestDatabase["type"], Columns>> = {
  postgresql: {
    uuid: ["uuid", uuid],
    jsonb: ["jsonb", { a: [1, { b: null }], "x y": "é\"'" }],
    json: ["json", { z: 1, a: 2 }],
    numeric: ["numeric", "12345678901234567890.123456789"],
    big: ["bigint", "9007199254740993"],
    single: ["real", 0.1],
    double: ["double precision", 0.30000000000000004],
    at: ["timestamptz", "2024-02-29T12:00:00.123456Z"],
    local: ["timestamp", "2024-02-29T12:00:00.5Z"],
    day: ["date", "2024-02-29"],
    clock: ["time", "23:59:59.5"],
    bytes: ["bytea", "AQL/"],
    texts: ["text[]", ["a", "b,c", null, '"q"', ""]],
    bigs: ["bigint[]", ["9007199254740993", 1]],
    decimals: ["numeric[]", ["1.50"]],
    blobs: ["bytea[]", ["AQL/", "AA=="]],
    jsons: ["jsonb[]", [{ a: 1 }, 2]],
    moods: ["mood[]", ["ok", "so so"]],
    mood: ["mood", "so so"],
    pair: ["pair", "(1,x)"],
    address: ["inet", "10.0.0.1"],
    words: ["tsvector", "'a' 'b'"],
    padded: ["char(4)", "ab  "],
    "Cap Name": ["text", "cap"],
    'q"uote': ["varchar(10)", "é😀"],
  },
  mysql: {
    big: ["bigint", "9007199254740993"],
    unsigned: ["bigint unsigned", "18446744073709551615"],
    decimal: ["decimal(38,10)", "1234567890123456789.1234567891"],
    single: ["float", 16777217 - 1],
    tenth: ["float", 0.1],
    double: ["double", 0.30000000000000004],
    at: ["datetime(6)", "2024-02-29T12:00:00.123456Z"],
    day: ["date", "2024-02-29"],
    clock: ["time(6)", "23:59:59.5"],
    bytes: ["blob", "AQL/"],
    fixed: ["binary(3)", "AQL/"],
    bits: ["bit(12)", "AQU="],
    bit: ["bit(1)", true],
    json: ["json", { a: [1, { b: null }], "x y": "é\"'" }],
    mood: ["enum('ok','so so')", "so so"],
    set: ["set('a','b')", "a,b"],
    uuid: ["uuid", uuid],
    old: ["varchar(10) CHARACTER SET latin1", "é"],
    "Cap Name": ["varchar(10) CHARACTER SET utf8mb4", "é😀"],
    "q`uote": ["text", "q"],
  },
  sqlite: {
    big: ["bigint", "9007199254740993"],
    decimal: ["decimal(10,2)", "12.50"],
    double: ["double", 0.30000000000000004],
    huge: ["double", 9007199254740992],
    whole: ["double", 2],
    at: ["datetime", "2024-02-29T12:00:00.123456Z"],
    day: ["date", "2024-02-29"],
    clock: ["time", "23:59:59.5"],
    bytes: ["blob", "AQL/"],
    json: ["json", { a: [1, { b: null }] }],
    texts: ["text[]", ["a", "b,c", null]],
    uuid: ["uuid", uuid],
    "Cap Name": ["varchar(10)", "é😀"],
    'q"uote': ["text", "q"],
  },
};

async function open(target: TestDatabase): Promise<CrudRig> {
  return startCrud(
    target,
    "endpoints: { types: { path: /types, database: { table: All Types, auto_crud: true } } }\n",
    {
      async prepare(database) {
        const { quote, name } = database.engine.dialect;
        const lines = Object.entries(columns[name]).map(([column, [type]]) => `${quote(column)} ${type}`);
        if (name === "postgresql") {
          await database.query("CREATE TYPE mood AS ENUM ('ok', 'so so')");
          await database.query("CREATE TYPE pair AS (a int, b text)");
        }
        await database.query(`CREATE TABLE ${quote("All Types")} (id integer PRIMARY KEY, ${lines.join(", ")})`);
      },
    },
  );
}

/** A value as a query has it. */
function textOf(value: JsonValue): string {
  if (!Array.isArray(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const items = (value as readonly JsonValue[]).map((item) => (item === null ? "NULL" : JSON.stringify(textOf(item))));
  return `{${items.join(",")}}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

describeDatabases("types of columns", (target) => {
  it("come back as they were sent, and are found by what they are", async () => {
    await using rig = await open(target);
    const row = Object.fromEntries(Object.entries(columns[target.type]).map(([name, [, value]]) => [name, value]));

    const made = await rig.send("POST /types", { body: { id: 1, ...row } });
    const read = await rig.send("GET /types/1");
    const again = await rig.send("PUT /types/2", { body: { ...(read.body as object), id: 2 } });

    expect(made).toMatchObject({ status: 201, body: { id: 1, ...row } });
    expect(read.body).toEqual({ id: 1, ...row });
    expect(again).toMatchObject({ status: 201, body: { id: 2, ...row } });
    for (const [name, value] of Object.entries(row)) {
      const column = encodeURIComponent(/^\w+$/.test(name) ? name : quoted(name));
      const text = textOf(value);
      for (const [filter, found] of [
        [`${column}=eq.${encodeURIComponent(text)}`, 2],
        [`${column}=neq.${encodeURIComponent(text)}`, 0],
        [`${column}=isdistinct.${encodeURIComponent(text)}`, 0],
        [`${column}=in.(${encodeURIComponent(quoted(text))})`, 2],
        [`order=${column}.desc`, 2],
        [`select=${column},count()`, 1],
      ] as const) {
        const answer = await rig.send(`GET /types?${filter}`);
        const rows = Array.isArray(answer.body) ? answer.body.length : answer.body;
        expect({ filter, status: answer.status, rows }).toEqual({ filter, status: 200, rows: found });
      }
      const refused = await rig.send(`PATCH /types/1`, { body: { [name]: { no: ["such", "value"] } } });
      expect({ name, status: refused.status < 500 }).toEqual({ name, status: true });
    }
  });

  it("take no number of which digits are lost", async () => {
    await using rig = await open(target);
    const name = target.type === "postgresql" ? "numeric" : "decimal";
    const send = (value: string): ReturnType<CrudRig["send"]> =>
      rig.send("POST /types", { body: `{ "id": 1, ${value} }` });

    expect(await send('"big": 9007199254740993')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/big", detail: expect.stringContaining("a text of digits beyond 2^53") }] },
    });
    expect((await send('"big": "9223372036854775808"')).status).toBe(422);
    const long = await send(`"${name}": "1234567890123456.5"`);
    expect(long.status).toBe(target.type === "sqlite" ? 422 : 201);
  });

  it("take no number and no text for which they have no room, and tell which", async () => {
    await using rig = await startCrud(
      target,
      "endpoints: { rooms: { path: /rooms, database: { table: rooms, auto_crud: true } } }\n",
      {
        prepare: async (database) => {
          const natural = target.type === "mysql" ? "smallint unsigned" : "bigint";
          const columns = `big bigint, plain int, small smallint, natural_ ${natural}, name varchar(3)`;
          await database.query(`CREATE TABLE rooms (id int PRIMARY KEY, ${columns})`);
        },
      },
    );
    const detailOf = async (column: string, value: JsonValue): Promise<string | undefined> => {
      const { status, body } = await rig.send("PUT /rooms/1", { body: { [column]: value } });
      if (status < 300) return "taken";
      return (body as { readonly errors?: readonly { readonly detail: string }[] }).errors?.[0]?.detail;
    };
    // SQLite has one kind of numbers, and texts of any length.
    const bits = (size: number): string => `must be a whole number of ${target.type === "sqlite" ? 64 : size} bits`;

    expect(await detailOf("big", "9223372036854775808")).toBe(bits(64));
    expect(await detailOf("big", "-9223372036854775808")).toBe("taken");
    if (target.type === "sqlite") return;
    expect(await detailOf("plain", 2147483648)).toBe(bits(32));
    expect(await detailOf("plain", -2147483648)).toBe("taken");
    expect(await detailOf("small", "-32769")).toBe(bits(16));
    expect(await detailOf("small", 32767)).toBe("taken");
    expect(await detailOf("name", "é😀ab")).toBe("must have 3 characters at most");
    expect(await detailOf("name", "éab  ")).toBe("taken");
    if (target.type !== "mysql") return;
    expect(await detailOf("natural_", -1)).toBe("must be a whole number of 16 bits, and not below 0");
    expect(await detailOf("natural_", 65535)).toBe("taken");
  });
});

describeDatabases(
  "lists of several dimensions",
  (target) => {
    it("are read as they are, and not written", async () => {
      await using rig = await startCrud(
        target,
        "endpoints: { grids: { path: /grids, database: { table: grids, auto_crud: true } } }\n",
        {
          async prepare(database) {
            await database.query("CREATE TABLE grids (id int PRIMARY KEY, cells bigint[][])");
            await database.query("INSERT INTO grids VALUES (1, '{{1,9007199254740993},{3,NULL}}')");
          },
        },
      );

      expect((await rig.send("GET /grids/1")).body).toEqual({
        id: 1,
        cells: [
          [1, "9007199254740993"],
          [3, null],
        ],
      });
      expect((await rig.send("GET /grids?select=cells.max()")).status).toBe(200);
      expect((await rig.send("PATCH /grids/1", { body: { cells: [[1]] } })).status).toBe(422);
    });
  },
  ["postgresql"],
);
