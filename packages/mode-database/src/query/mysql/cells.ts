import { BackworksError } from "@backworks/core";
import type { JsonValue } from "@backworks/core";
import type { Parameter, ValueType } from "@backworks/core/query";
import { toDigits, toJsonList, toText, toUtcText, usualChanges } from "../binds.ts";
import { toJsonPath } from "../json-path.ts";
import type { Cell } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { constant, sql, valueOf } from "../sql.ts";

/** The document that steps lead into; nothing for a column that holds none. */
function documentOf({ column, known }: Cell): Sql {
  const name = known?.type.name;
  return name === "json" || name === "list" ? column : sql`NULL`;
}

/** JSON of the place. A step into a list finds nothing in what is no list, where the database would find that itself. */
export function rawJsonAt(cell: Cell): Sql {
  const document = documentOf(cell);
  const paths = pathsOf(cell);
  const place = (length: number): Sql => sql`JSON_EXTRACT(${document}, ${paths[length] ?? []})`;
  const lists = cell.steps.flatMap(({ step }, index) =>
    typeof step === "number" ? [sql`JSON_TYPE(${place(index)}) = 'ARRAY'`] : [],
  );
  const found = place(cell.steps.length);
  return lists.reduceRight((inner, isList) => sql`CASE WHEN ${isList} THEN ${inner} END`, found);
}

/** Each of these doubles the statement. */
const mostFromEnd = 2;

/**
 * Where each step leads, as paths. A place counted from the end is computed from the length: MariaDB goes on using the place that `[last]` had in
 * the row before.
 *
 * @throws BW_QUERY_UNSUPPORTED
 */
function pathsOf(cell: Cell): readonly Sql[] {
  const { steps } = cell;
  if (steps.filter(({ step }) => typeof step === "number" && step < 0).length > mostFromEnd)
    throw new BackworksError(
      "BW_QUERY_UNSUPPORTED",
      { operator: `more than ${mostFromEnd} places counted from the end of a list`, backend: "MySQL" },
      { members: { operator: "->" } },
    );
  const paths: Sql[] = [];
  let from = 0;
  for (let length = 0; length <= steps.length; length += 1) {
    const step = steps[length - 1]?.step;
    const before = paths[length - 1];
    if (typeof step === "number" && step < 0 && before !== undefined) {
      const size = sql`CAST(JSON_LENGTH(${documentOf(cell)}, ${before}) AS SIGNED) + CAST(${constant(step)} AS SIGNED)`;
      paths.push(sql`CASE WHEN ${size} >= 0 THEN CONCAT(${before}, '[', ${size}, ']') END`);
      from = length;
    } else {
      const rest = constant(toJsonPath(steps.slice(from, length), String).slice(from === 0 ? 0 : 1));
      paths.push(from === 0 ? rest : sql`CONCAT(${paths[from] ?? []}, ${rest})`);
    }
  }
  return paths;
}

/** The same; a null of JSON is nothing. */
export function jsonAt(cell: Cell): Sql {
  const json = rawJsonAt(cell);
  return sql`CASE WHEN JSON_TYPE(${json}) <> 'NULL' THEN ${json} END`;
}

/** The value of a cell. */
export function valueIn(cell: Cell): Sql {
  if (cell.steps.at(-1)?.text === true) return sql`JSON_UNQUOTE(${jsonAt(cell)})`;
  if (cell.type.name === "bytes") return bytesIn(cell.column, cell.known?.declared);
  return cell.type.name === "json" ? jsonAt(cell) : cell.column;
}

/** Bytes of a column. Bits are a number to the database, of which it leaves zeros out. */
export function bytesIn(value: Sql, declared: string | undefined): Sql {
  const [, bits] = /^bit\((\d+)\)/.exec(declared ?? "") ?? [];
  return bits === undefined ? value : sql`UNHEX(LPAD(HEX(${value}), ${String(Math.ceil(Number(bits) / 8) * 2)}, '0'))`;
}

/** Bytes of a text: they are equal, and ordered, by code unit, whatever the column says. */
export function bytesOf(text: Sql): Sql {
  return sql`CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`;
}

/** A text that is grouped, and fits patterns, as it is written. */
export function exactText(text: Sql): Sql {
  return sql`CONVERT(${text} USING utf8mb4) COLLATE utf8mb4_bin`;
}

/** The value as something that is compared by size. */
export function orderedValue(cell: Cell): Sql {
  const { name } = cell.type;
  return name === "text" || name === "uuid" ? bytesOf(valueIn(cell)) : valueIn(cell);
}

/** A value of the request as a value of its type, or of the column's where that is another. */
export function operandOf(operand: Parameter, known?: Cell["known"]): Sql {
  const own = known && castOfColumn(known);
  if (own !== undefined) return sql`CAST(${valueOf(operand, toText)} AS ${own})`;
  return typed(valueOf(operand, changeOf(operand.type)), operand.type);
}

/** Columns that hold more, or less, than what their type is compared as. */
function castOfColumn({ declared }: NonNullable<Cell["known"]>): string | undefined {
  if (/^bigint\b.*\bunsigned/.test(declared)) return "DECIMAL(65, 0)";
  return /^float\b/.test(declared) ? "FLOAT" : undefined;
}

function typed(value: Sql, { name }: ValueType): Sql {
  if (name === "text" || name === "uuid") return bytesOf(value);
  const type = casts[name];
  return type === undefined ? value : sql`CAST(${value} AS ${type})`;
}

const casts: Partial<Record<ValueType["name"], string>> = {
  boolean: "SIGNED",
  integer: "SIGNED",
  number: "DOUBLE",
  decimal: "DECIMAL(65, 30)",
  date: "DATE",
  time: "TIME(6)",
  timestamp: "DATETIME(6)",
};

/** How a value of a type is given to the driver. */
export function changeOf({ name }: ValueType): (value: JsonValue) => unknown {
  return changes[name] ?? ((value) => value);
}

const changes: typeof usualChanges = {
  ...usualChanges,
  integer: toDigits,
  timestamp: (value) => toUtcText(value, 6),
};

/** A list of values of the request as the table `p`, with each of them as it is compared. */
export interface ListedValues {
  readonly table: Sql;
  readonly value: Sql;
  /** Whether there are any. */
  readonly some: Sql;
}

export function listOf(operand: Parameter, { change = changeOf(operand.type), known }: ListOptions = {}): ListedValues {
  const own = known && castOfColumn(known);
  const toItem = own === undefined ? change : toText;
  const list = valueOf(operand, (values) => toJsonList(values, (value) => inJson(toItem(value))));
  const table = sql`JSON_TABLE(${list}, '$[*]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 PATH '$')) p`;
  const value = own === undefined ? typedItem(operand.type) : sql`CAST(p.v AS ${own})`;
  return { table, value, some: sql`JSON_LENGTH(${list}) > 0` };
}

interface ListOptions {
  readonly change?: ((value: JsonValue) => unknown) | undefined;
  /** The column that it is compared with. */
  readonly known?: Cell["known"];
}

function typedItem(type: ValueType): Sql {
  return type.name === "bytes" ? sql`UNHEX(p.v)` : typed(sql`p.v`, type);
}

/** JSON holds no bytes. */
function inJson(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}
