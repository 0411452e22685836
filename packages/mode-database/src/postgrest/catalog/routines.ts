import type { Row } from "../../engine.ts";
import type { Column, Returns, Routine, RoutineParameter, Table } from "./catalog.ts";

/** A function as the server describes it. */
export function toRoutine(row: Row, tables: ReadonlyMap<string, Table>): Routine {
  const everything = argumentsOf(row);
  const given = everything.filter(({ mode }) => /^[ibv]$/.test(mode));
  const optional = Number(row["defaults"]);
  const parameters = given.map(({ name, type, mode }, index): RoutineParameter => {
    const variadic = mode === "v";
    return { name, type, variadic, required: index < given.length - optional && !variadic };
  });
  const [schema, name] = [String(row["schema"]), String(row["name"])];
  return { schema, name, parameters, volatile: row["volatile"] === true, returns: returnsOf(row, everything, tables) };
}

interface Argument {
  readonly name: string;
  readonly type: string;
  /** `i` in, `o` out, `b` both, `v` variadic, `t` a column of a table. */
  readonly mode: string;
}

function argumentsOf(row: Row): readonly Argument[] {
  const [types, names, modes] = [row["types"], row["names"], row["modes"]].map(toTexts);
  return (types ?? []).map((type, index) => ({ type, name: names?.[index] ?? "", mode: modes?.[index] ?? "i" }));
}

function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function returnsOf(row: Row, everything: readonly Argument[], tables: ReadonlyMap<string, Table>): Returns {
  const set = row["set"] === true;
  const oneRow = row["one_row"] === true;
  if (row["returns"] === "void") return { kind: "nothing", set: false, table: undefined, oneRow };
  const table = tables.get(String(row["returns_table"]));
  if (table !== undefined) return { kind: "row", set, table, oneRow };
  const columns = everything.filter(({ mode }) => /^[obt]$/.test(mode));
  const describesRow = columns.length > 0 || row["returns"] === "record" || row["returns_kind"] === "c";
  if (!describesRow) return { kind: "value", set, table: undefined, oneRow };
  return { kind: "row", set, table: tableOf(row, columns), oneRow };
}

/** What a function says of its rows. */
function tableOf(row: Row, out: readonly Argument[]): Table {
  const columns = new Map<string, Column>(
    out.map(({ name, type }) => [name, { name, type, required: false, value: undefined }]),
  );
  const name = out.length === 0 ? "" : String(row["name"]);
  return { schema: String(row["schema"]), name, kind: "type", columns, primaryKey: [], computed: new Map(), links: [] };
}
