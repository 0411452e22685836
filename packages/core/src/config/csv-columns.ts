import type { JsonValue } from "../exchange.ts";

/**
 * Gives the columns of a table their types.
 *
 * A column is numbers, or true and false, where each of its filled cells is written exactly as JSON writes such a value:
 * `007`, `1.10` and `+49` stay text, and so does the whole column. An empty cell of such a column is null.
 */
export function typeColumns(rows: readonly Readonly<Record<string, string>>[]): Record<string, JsonValue>[] {
  const names = Object.keys(rows[0] ?? {});
  const types = new Map(names.map((name) => [name, typeOf(rows.map((row) => row[name] ?? ""))]));
  return rows.map((row) => {
    const typed = Object.create(null) as Record<string, JsonValue>;
    for (const name of names) typed[name] = types.get(name)?.(row[name] ?? "") ?? null;
    return typed;
  });
}

/** What makes the value of a cell. */
type ColumnType = (cell: string) => JsonValue;

const text: ColumnType = (cell) => cell;
const number: ColumnType = (cell) => (cell === "" ? null : Number(cell));
const flag: ColumnType = (cell) => (cell === "" ? null : cell === "true");

function typeOf(cells: readonly string[]): ColumnType {
  const filled = cells.filter((cell) => cell !== "");
  if (filled.length === 0) return text;
  if (filled.every((cell) => /^-?\d/.test(cell) && String(Number(cell)) === cell)) return number;
  return filled.every((cell) => cell === "true" || cell === "false") ? flag : text;
}
