import type { Exchange, JsonValue } from "@backworks/core";
import { pointerTo } from "@backworks/core/query";
import type { Column, Row, Violation } from "@backworks/core/query";
import type { DialectName } from "../../dialect.ts";
import { denied } from "../access.ts";
import { fieldOf } from "../fields.ts";
import { isSame, valueAs } from "../restrict.ts";
import type { Need } from "../restrict.ts";
import type { Grant } from "../view.ts";
import { fitValue } from "./fit.ts";
import type { Fitting } from "./fit.ts";

/** A row on its way into a table. */
export interface Draft {
  readonly grant: Grant;
  /** As the body has them. */
  readonly values: Row;
  /** JSON pointer to it. */
  readonly pointer: string;
  /** Columns that the path says. */
  readonly needs: readonly Need[];
  /** Columns that rows around and within it give. */
  readonly given?: ReadonlySet<string>;
  /** Columns whose values nobody wrote. */
  readonly made?: ReadonlySet<string>;
}

/** A value that is stored: as JSON has it, and as the driver takes it. */
export interface Stored {
  readonly value: JsonValue;
  readonly bind: unknown;
}

/** Values of a row that may be stored, by column, or what is wrong with them. */
export interface Written {
  readonly stored: ReadonlyMap<string, Stored>;
  readonly violations: readonly Violation[];
}

/** Who writes, and where to. */
export interface WriteScope {
  readonly exchange: Exchange;
  readonly dialect: DialectName;
}

const none: ReadonlySet<string> = new Set();

/** Checks values that are to be written against who writes them, the path and the types of their columns. @throws BW_ACCESS_DENIED */
export function checkValues(draft: Draft, scope: WriteScope): Written {
  const { grant, values, pointer, needs } = draft;
  const version = grant.collection?.options.version_column;
  const violations: Violation[] = [];
  const stored = new Map<string, Stored>();
  refuseColumns(draft);
  refuseOthers(grant, values, scope.exchange);
  for (const [name, value] of Object.entries(values)) {
    const column = grant.table.columns?.get(name);
    // Nobody writes the version but us.
    if (column === undefined || name === version || value === undefined) continue;
    const problem = againstPath(column, value, needs) ?? store(stored, column, { value, scope });
    if (problem !== undefined) violations.push({ pointer: pointer + pointerTo(name), detail: problem });
  }
  return { stored, violations };
}

function store(
  stored: Map<string, Stored>,
  column: Column & Fitting,
  { value, scope }: { readonly value: JsonValue; readonly scope: WriteScope },
): string | undefined {
  const fitted = fitValue(value, column, scope.dialect);
  if (fitted.problem !== undefined) return fitted.problem;
  stored.set(column.name, fitted);
  return undefined;
}

/** Refuses columns that those who write may not write. @throws BW_ACCESS_DENIED */
function refuseColumns({ grant: { collection, rule }, values, given = none, made = none }: Draft): void {
  const { columns, where = [] } = rule ?? {};
  if (columns === undefined) return;
  // What a rule demands of a column may be said, too.
  const free = new Set([...columns, ...made, ...where.map(({ column }) => column), collection?.options.version_column]);
  const others = [...Object.keys(values), ...given].filter((name) => !free.has(name));
  if (others.length > 0) throw denied(collection?.name ?? "", `${others.join(", ")} may not be written`, others);
}

/** Refuses values that make a row one that its writer may not write. @throws BW_ACCESS_DENIED */
export function refuseOthers({ collection, rule, table }: Grant, values: Row, exchange: Exchange): void {
  for (const { column, wanted } of rule?.where ?? []) {
    const given = values[column];
    const { type } = fieldOf(table, column);
    const allowed = listOf(wanted(exchange));
    if (given === undefined || allowed.some((one) => isSame(given, one, type))) continue;
    throw denied(collection?.name ?? "", `${column} may not have this value`, [column]);
  }
}

/** One value, or several of which one must fit. */
function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

function againstPath({ name, type }: Column, value: JsonValue, needs: readonly Need[]): string | undefined {
  const need = needs.find(({ column }) => column === name);
  if (need === undefined || isSame(value, need.value, type)) return undefined;
  return `must be ${JSON.stringify(valueAs(need.value, type))}, as the path says`;
}

/** The values of a new row: those of the path and of who writes among them. @throws BW_ACCESS_DENIED */
export function completeRow(
  { grant, values, needs, given = none }: Pick<Draft, "grant" | "values" | "needs" | "given">,
  exchange: Exchange,
): Row {
  const complete: Record<string, JsonValue | undefined> = { ...values };
  for (const { column, value } of needs) complete[column] ??= value;
  for (const { column, wanted } of grant.rule?.where ?? [])
    if (!given.has(column)) complete[column] ??= onlyOf(listOf(wanted(exchange)), grant, column);
  return complete;
}

function onlyOf([only, ...others]: readonly JsonValue[], { collection }: Grant, column: string): JsonValue {
  if (only !== undefined && others.length === 0) return only;
  throw denied(collection?.name ?? "", `a row needs ${column}`, [column]);
}

/** Columns that a row must have and does not: neither the database nor anybody else gives them a value. */
export function missingColumns({ grant }: Pick<Draft, "grant">, has: (column: string) => boolean): readonly string[] {
  const known = required.get(grant) ?? requiredBy(grant);
  required.set(grant, known);
  return known.filter((name) => !has(name));
}

const required = new WeakMap<Grant, readonly string[]>();

function requiredBy({ table, collection }: Grant): readonly string[] {
  const made = new Set([...(collection?.uuidColumns ?? []), collection?.options.version_column]);
  return [...(table.columns?.values() ?? [])]
    .filter(({ name, nullable, hasDefault, generated }) => !nullable && !hasDefault && !generated && !made.has(name))
    .map(({ name }) => name);
}
