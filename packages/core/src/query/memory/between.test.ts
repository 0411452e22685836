import { describe, expect, it } from "@jest/globals";
import type { Column, ForeignKey, Schema, Table } from "../relations.ts";
import { checkQuery } from "../check/check.ts";
import { parseQuery } from "../syntax/parse.ts";
import type { Condition, Row, Selection } from "../tree.ts";
import { compileSelection } from "./run.ts";

const integer = { name: "integer" } as const;

function tableOf(name: string, names: readonly string[], foreignKeys: readonly ForeignKey[] = []): Table {
  const columns = names.map((column): [string, Column] => [
    column,
    { name: column, type: integer, nullable: false, hasDefault: false, generated: false },
  ]);
  return { name, columns: new Map(columns), primaryKey: names.slice(0, 2), uniques: [], foreignKeys };
}

const keyTo = (target: string): ForeignKey => ({ name: target, columns: [target], target, targetColumns: ["id"] });
const tables = [
  tableOf("a", ["id"]),
  tableOf("b", ["id"]),
  tableOf("ab", ["a", "b", "owner"], [keyTo("a"), keyTo("b")]),
];
const rows: Readonly<Record<string, readonly Row[]>> = {
  a: [{ id: 1 }],
  b: [{ id: 1 }, { id: 2 }],
  ab: [
    { a: 1, b: 1, owner: 7 },
    { a: 1, b: 2, owner: 8 },
  ],
};

function schemaOf(all: readonly Table[]): Schema {
  return { table: (name) => all.find((table) => table.name === name), names: all.map(({ name }) => name) };
}

describe("a table between two others", () => {
  it("joins by the rows that its condition leaves", () => {
    const { shape, values } = checkQuery(parseQuery({ select: "b(id)" }), { schema: schemaOf(tables), table: "a" });
    const field = { column: "owner", json: [], type: integer };
    const between: Condition = { kind: "in", field, operand: { parameter: values.length, type: integer } };
    const narrowed: Selection = { ...shape, embeds: shape.embeds.map((embed) => ({ ...embed, between })) };
    const plan = compileSelection(narrowed);
    const ask = (owners: readonly number[]): readonly Row[] =>
      plan.run([...values, owners], { source: { rows: (table) => rows[table] ?? [] } }).rows;

    expect(ask([8])).toEqual([{ b: [{ id: 2 }] }]);
    expect(ask([7, 8])).toEqual([{ b: [{ id: 1 }, { id: 2 }] }]);
  });

  it("is not embedded where it only joins", () => {
    const schema = schemaOf(tables.map((table) => ({ ...table, joinsOnly: table.name === "ab" })));
    const check = (select: string): unknown => checkQuery(parseQuery({ select }), { schema, table: "a" });

    expect(() => check("ab(b)")).toThrow(expect.objectContaining({ code: "BW_QUERY_UNKNOWN_RELATION" }));
    expect(() => check("b(id)")).not.toThrow();
  });
});
