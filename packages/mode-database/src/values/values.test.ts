import { expect, it } from "@jest/globals";
import { openTestDatabase } from "../../test/open-database.ts";
import { describeDatabases } from "../../test/servers.ts";

describeDatabases("values", (target) => {
  it("are told the same whatever the database", async () => {
    await using database = await openTestDatabase(target);
    const of = (...[postgresql, mysql, sqlite]: readonly [string, string, string]): string =>
      ({ postgresql, mysql, sqlite })[target.type];
    await database.query(
      `CREATE TABLE v (id integer PRIMARY KEY, small integer, big bigint, price decimal(10,2), ratio double precision, yes boolean, no boolean,
       day date, at ${of("timestamptz", "datetime(3)", "DATETIME")}, label varchar(20), facts ${of("jsonb", "json", "JSON")}, bytes ${of("bytea", "blob", "BLOB")}, void integer)`,
    );
    await database.query(
      "INSERT INTO v (id, small, big, price, ratio, yes, no, day, at, label, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      [
        1,
        -5,
        9007199254740993n,
        "20.50",
        1.5,
        true,
        false,
        "2026-01-31",
        "2026-01-31 12:00:00.250",
        "é",
        new Uint8Array([1, 2, 255]),
      ],
    );

    const { rows } = await database.query(
      "SELECT id, small, big, price, ratio, yes, no, day, at, label, bytes, void FROM v",
    );

    expect(rows).toEqual([
      {
        id: 1,
        small: -5,
        big: "9007199254740993",
        price: "20.50",
        ratio: 1.5,
        yes: true,
        no: false,
        day: "2026-01-31",
        at: "2026-01-31T12:00:00.25Z",
        label: "é",
        bytes: "AQL/",
        void: null,
      },
    ]);
  });

  it("count as what they are", async () => {
    await using database = await openTestDatabase(target);
    await database.query("CREATE TABLE n (id integer PRIMARY KEY, name varchar(10))");
    await database.query("INSERT INTO n VALUES (1, 'a'), (2, 'b'), (3, NULL)");

    expect((await database.query("SELECT count(*) AS n, sum(id) AS s FROM n")).rows[0]).toMatchObject({ n: 3 });
    expect((await database.query("UPDATE n SET name = $1 WHERE id > $2", ["c", 1])).rowCount).toBe(2);
    expect((await database.query("SELECT id FROM n ORDER BY id LIMIT $1", [2])).rows).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await database.query("SELECT id FROM n WHERE name = $1", [undefined])).rows).toEqual([]);
  });
});
