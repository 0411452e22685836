import type { JsonValue } from "@backworks/core";
import { invalidRow, pointerTo } from "@backworks/core/query";
import type { CheckedInsert, Conflict, NestedRows, NewRow, Relation, Row, Violation } from "@backworks/core/query";
import { denied } from "../access.ts";
import type { Call } from "../call.ts";
import type { Key } from "../keys.ts";
import { keyOf } from "../keys.ts";
import type { Grant } from "../view.ts";
import { withKey, withVersion } from "./made.ts";
import { findTwin, updateTwin } from "./upsert.ts";
import type { Run } from "./transact.ts";
import { runAll } from "./transact.ts";
import { storeRow } from "./store.ts";
import type { Stored, WriteScope } from "./writable.ts";
import { checkValues, completeRow, missingColumns, refuseOthers } from "./writable.ts";

/** What an insert did. */
export interface Inserted {
  /** Of the request's table, in the order of the body; of rows that were left alone there is none. */
  readonly keys: readonly Key[];
  /** Rows that were not there before. */
  readonly created: number;
}

/** A row that was checked, with those that belong to it. */
export interface ReadyRow {
  readonly grant: Grant;
  readonly stored: ReadonlyMap<string, Stored>;
  readonly before: readonly ReadyNested[];
  readonly after: readonly ReadyNested[];
}

interface ReadyNested {
  readonly relation: Relation;
  readonly rows: readonly ReadyRow[];
  /** Rows of the table between, one for each. */
  readonly joins: readonly ReadyRow[];
}

/** Checks every row of an insert, before any is stored. @throws BW_RESOURCE_INVALID, BW_ACCESS_DENIED */
export function checkRows(call: Call, { rows, table, missing }: CheckedInsert, isList: boolean): readonly ReadyRow[] {
  const violations: Violation[] = [];
  const filled =
    missing === "null" && rows.length > 1 ? new Set(rows.flatMap(({ values }) => Object.keys(values))) : none;
  const ready = rows.map((row, index) => {
    const values = { ...nothingFor(call, filled, row.values), ...row.values };
    const place = { pointer: isList ? pointerTo(index) : "", table, given: none, needs: call.needs };
    return checkRow(call, { ...row, values }, { ...place, violations });
  });
  if (violations.length > 0) throw invalidRow(call.collection.name, violations);
  return ready;
}

const none: ReadonlySet<string> = new Set();

/** Nothing in the columns that other rows of the list name, where there may be nothing. */
function nothingFor({ view }: Call, names: ReadonlySet<string>, values: Row): Row {
  const absent = [...names].filter((name) => values[name] === undefined && view.table.columns?.get(name)?.nullable);
  return Object.fromEntries(absent.map((name) => [name, null]));
}

interface RowPlace {
  readonly table: string;
  readonly pointer: string;
  /** Columns that a row around it gives. */
  readonly given: ReadonlySet<string>;
  readonly needs: Call["needs"];
  readonly violations: Violation[];
}

function checkRow(call: Call, row: NewRow, place: RowPlace): ReadyRow {
  const { pointer, violations, given, needs } = place;
  const grant = grantFor(call, place.table);
  const before = row.nested.filter(comesBefore);
  const after = row.nested.filter((nested) => !comesBefore(nested));
  const lead = new Set([...given, ...before.flatMap(({ relation }) => relation.columns.map(([own]) => own))]);
  const keyed = withKey(grant, row.values);
  const values = completeRow({ grant, values: keyed, needs, given: lead }, call.exchange);
  const scope: WriteScope = { exchange: call.exchange, dialect: call.collection.database.engine.dialect.name };
  const made = new Set(Object.keys(keyed).filter((name) => (row.values[name] ?? undefined) === undefined));
  const checked = checkValues({ grant, values, pointer, needs, given: lead, made }, scope);
  violations.push(...checked.violations);
  for (const column of missingColumns({ grant }, (name) => values[name] !== undefined || lead.has(name)))
    violations.push({ pointer: pointer + pointerTo(column), detail: "is required" });
  const nested = (one: NestedRows): ReadyNested => checkNested(call, one, { pointer, violations });
  return { grant, stored: withVersion(grant, checked.stored), before: before.map(nested), after: after.map(nested) };
}

/** What may be written to a table. @throws BW_ACCESS_DENIED */
function grantFor({ view, collection }: Call, table: string): Grant {
  const grant = view.grants.get(table);
  if (grant?.rule !== undefined && (grant.collection?.takesRows ?? true)) return grant;
  throw denied(collection.name, `rows of ${table} may not be added`);
}

function checkNested(
  call: Call,
  { name, relation, rows, isList }: NestedRows,
  { pointer, violations }: Pick<RowPlace, "pointer" | "violations">,
): ReadyNested {
  const direct = relation.junction === undefined && relation.cardinality !== "many-to-one";
  const given = direct ? new Set(relation.columns.map(([, other]) => other)) : none;
  const ready = rows.map((row, index) => {
    const place = pointer + pointerTo(name, ...(isList ? [index] : []));
    return checkRow(call, row, { table: relation.target, pointer: place, given, needs: [], violations });
  });
  const joinPlace = { pointer: pointer + pointerTo(name), violations };
  return { relation, rows: ready, joins: rows.flatMap(() => checkJoin(call, relation, joinPlace) ?? []) };
}

/** The row that joins two others, as far as it does not come from them. @throws BW_ACCESS_DENIED */
function checkJoin(
  call: Call,
  { columns, junction }: Relation,
  { pointer, violations }: Pick<RowPlace, "pointer" | "violations">,
): ReadyRow | undefined {
  if (junction === undefined) return undefined;
  const { table } = junction;
  const given = new Set([...columns.map(([, own]) => own), ...junction.columns.map(([own]) => own)]);
  const wrong: Violation[] = [];
  const place = { table, pointer: "", given, needs: [], violations: wrong };
  const row = checkRow(call, { values: {}, nested: [] }, place);
  const missing = wrong.map((one) => one.pointer.slice(1)).join(", ");
  if (missing !== "")
    violations.push({
      pointer,
      detail: `is joined by rows of ${table}, which need ${missing}: store these themselves`,
    });
  return row;
}

/** Whether a row needs the key of the nested one, and so comes after it. */
function comesBefore({ relation: { cardinality, columns }, rows }: NestedRows): boolean {
  if (cardinality === "many-to-one") return true;
  // Of two that belong to each other the one that holds the key of the other comes second.
  return cardinality === "one-to-one" && columns.some(([, other]) => rows[0]?.values[other] !== undefined);
}

/** Stores rows that were checked, and those that belong to them. */
export async function insertRows(
  call: Call,
  rows: readonly ReadyRow[],
  { run, conflict }: { readonly run: Run; readonly conflict: Conflict | undefined },
): Promise<Inserted> {
  const isFlat = rows.every(({ before, after }) => before.length + after.length === 0);
  if (isFlat && conflict === undefined) {
    const keys = await insertFlat(call, rows, run);
    return { keys, created: keys.length };
  }
  const keys: Key[] = [];
  let created = 0;
  for (const row of rows) {
    const stored = await insertRow(call, row, { run, conflict });
    if (stored === undefined) continue;
    keys.push(keyOf(row.grant.table.primaryKey, stored.row));
    if (stored.isNew) created += 1;
  }
  return { keys, created };
}

/** Rows without any around them: those of the same columns in a row are sent together. */
async function insertFlat(call: Call, rows: readonly ReadyRow[], run: Run): Promise<readonly Key[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const statements = await call.writers.of(first.grant.table.name, run);
  const { primaryKey } = first.grant.table;
  if (!statements.returns) {
    const keys: Key[] = [];
    for (const row of rows) keys.push(keyOf(primaryKey, await storeRow(call, row, { run, returning: primaryKey })));
    return keys;
  }
  const keys: Key[] = [];
  for (const group of rows.length === 1 ? [rows] : alike(rows)) {
    const columns = [...(group[0]?.stored.keys() ?? [])];
    const binds = group.map(({ stored }) => [...stored.values()].map(({ bind }) => bind));
    const results = await runAll(run, statements.insert(columns, primaryKey), binds);
    for (const result of results) keys.push(keyOf(primaryKey, (result.rows[0] ?? {}) as Row));
  }
  return keys;
}

/** Neighbours of the same columns. */
function alike(rows: readonly ReadyRow[]): readonly (readonly ReadyRow[])[] {
  const groups: ReadyRow[][] = [];
  let last = "";
  for (const row of rows) {
    const columns = JSON.stringify([...row.stored.keys()]);
    if (columns === last) groups.at(-1)?.push(row);
    else groups.push([row]);
    last = columns;
  }
  return groups;
}

interface RowInsert {
  readonly run: Run;
  readonly conflict: Conflict | undefined;
}

async function insertRow(
  call: Call,
  ready: ReadyRow,
  { run, conflict }: RowInsert,
): Promise<{ readonly row: Row; readonly isNew: boolean } | undefined> {
  const row = await withTargets(call, ready, run);
  const returning = [...new Set([...ready.grant.table.primaryKey, ...neededBelow(ready)])];
  const twin = conflict && (await findTwin(call, row, { run, conflict }));
  if (twin && conflict.resolution === "ignore-duplicates") return undefined;
  const result = twin
    ? await updateTwin(call, row, { run, key: twin, returning })
    : await storeRow(call, row, { run, returning });
  for (const nested of ready.after) await insertBelow(call, nested, { run, parent: result });
  return { row: result, isNew: twin === undefined };
}

/** A row with the keys of those it leads to, which are stored first. */
async function withTargets(call: Call, ready: ReadyRow, run: Run): Promise<ReadyRow> {
  let row = ready;
  for (const { relation, rows } of ready.before) {
    const [target] = rows;
    const found = target && (await insertRow(call, target, { run, conflict: undefined }));
    if (found === undefined) continue;
    const lead = relation.columns.map(([own, other]) => [own, plain(found.row[other] ?? null)] as const);
    row = withLead(call, row, lead);
  }
  return row;
}

type Lead = readonly (readonly [column: string, value: Stored])[];

/** A row with what it has from others, which must be what whoever writes may write. @throws BW_ACCESS_DENIED */
function withLead({ exchange }: Call, row: ReadyRow, lead: Lead): ReadyRow {
  refuseOthers(row.grant, Object.fromEntries(lead.map(([column, { value }]) => [column, value])), exchange);
  return { ...row, stored: new Map([...row.stored, ...lead]) };
}

/** A value that came from the database. */
function plain(value: JsonValue): Stored {
  return { value, bind: value };
}

function neededBelow({ after }: ReadyRow): readonly string[] {
  return after.flatMap(({ relation }) => relation.columns.map(([own]) => own));
}

async function insertBelow(
  call: Call,
  { relation, rows, joins }: ReadyNested,
  { run, parent }: { readonly run: Run; readonly parent: Row },
): Promise<void> {
  const lead = relation.columns.map(([own, other]) => [other, plain(parent[own] ?? null)] as const);
  for (const [index, row] of rows.entries()) {
    const join = joins[index];
    const own = join === undefined ? withLead(call, row, lead) : row;
    const between = relation.junction?.columns ?? [];
    const target = await insertBetween(call, own, { run, needed: between.map(([, other]) => other) });
    if (join === undefined) continue;
    const far = between.map(([column, other]) => [column, plain(target[other] ?? null)] as const);
    await storeRow(call, withLead(call, join, [...lead, ...far]), { run, returning: join.grant.table.primaryKey });
  }
}

/** Stores a nested row, and tells what the row between needs of it. */
async function insertBetween(
  call: Call,
  row: ReadyRow,
  { run, needed }: { readonly run: Run; readonly needed: readonly string[] },
): Promise<Row> {
  const stored = await insertRow(call, row, { run, conflict: undefined });
  const found = stored?.row ?? {};
  if (needed.every((column) => found[column] !== undefined)) return found;
  const statements = await call.writers.of(row.grant.table.name, run);
  const { rows } = await run(statements.read(needed), keyOf(row.grant.table.primaryKey, found));
  // Rows of a driver are made of JSON.
  return (rows[0] ?? {}) as Row;
}
