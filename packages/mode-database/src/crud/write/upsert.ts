import { invalid } from "@backworks/core/query";
import type { Condition, Conflict, ParameterValue, Row } from "@backworks/core/query";
import { denied } from "../access.ts";
import type { Call } from "../call.ts";
import type { Key } from "../keys.ts";
import { keyOf } from "../keys.ts";
import { checkReading } from "../read.ts";
import { conditionOf, restrict } from "../restrict.ts";
import { keysWhere, ofKey } from "../selections.ts";
import type { ReadyRow } from "./insert.ts";
import { Overtaken } from "./transact.ts";
import type { Run } from "./transact.ts";
import type { UpdateShape, WriteStatements } from "./statements.ts";

/** Rows that are the same in some columns must be one: those of a key. Who changes rows must see them. @throws BW_QUERY_INVALID, BW_ACCESS_DENIED, … */
export function checkConflict({ columns, resolution }: Conflict, call: Call): void {
  if (resolution === "merge-duplicates") checkReading(call);
  const { name, primaryKey, uniques } = call.view.table;
  const keys = [primaryKey, ...uniques].filter((key) => key.length > 0);
  const same = (key: readonly string[]): boolean =>
    key.length === columns.length && key.every((column) => columns.includes(column));
  if (keys.some(same)) return;
  throw invalid("on_conflict", `names ${columns.join(", ")}, of which ${name} may have several rows`, {
    hint: `its keys are ${keys.map((key) => key.join(",")).join(" and ")}`,
  });
}

interface TwinSearch {
  readonly run: Run;
  readonly conflict: Conflict;
}

/** The key of the row that is there already; nothing equals nothing. */
export async function findTwin(
  { view, reader }: Call,
  { stored, grant }: ReadyRow,
  { run, conflict }: TwinSearch,
): Promise<Key | undefined> {
  const wanted = conflict.columns.map((column) => ({ column, value: stored.get(column)?.value ?? null }));
  if (wanted.some(({ value }) => value === null)) return undefined;
  const values: ParameterValue[] = [];
  const of = wanted.map((need): Condition => conditionOf(grant.table, need, values));
  const { rows } = await reader.read({ shape: keysWhere(view, { kind: "and", of }), values }, { run });
  const [row] = rows;
  return row && keyOf(grant.table.primaryKey, row);
}

interface TwinUpdate {
  readonly run: Run;
  readonly key: Key;
  readonly returning: readonly string[];
}

/** Gives the row that is there the values of the one that was sent. */
export async function updateTwin(
  call: Call,
  { grant, stored }: ReadyRow,
  { run, key, returning }: TwinUpdate,
): Promise<Row> {
  const statements = await call.writers.of(grant.table.name, run);
  await checkTwin(call, key, { run, statements });
  const version = grant.collection?.options.version_column;
  const set = [...stored].filter(([column]) => column !== version && !grant.table.primaryKey.includes(column));
  const settings: UpdateShape["settings"] = [
    ...set.map(([column]) => ({ column, to: "bind" as const })),
    ...(version === undefined ? [] : [{ column: version, to: "next" as const }]),
  ];
  if (settings.length > 0) {
    const { count } = await run(statements.update({ settings, keys: 1 }), [...set.map(([, { bind }]) => bind), ...key]);
    if (count === 0) throw new Overtaken("the row that was there is gone");
  }
  const { rows } = await run(statements.read(returning), key);
  // Rows of a driver are made of JSON.
  return (rows[0] ?? {}) as Row;
}

interface TwinCheck {
  readonly run: Run;
  readonly statements: WriteStatements;
}

/** A row that its writer may not see, or not change, is not theirs to replace. @throws BW_ACCESS_DENIED */
async function checkTwin(call: Call, key: Key, { run, statements }: TwinCheck): Promise<void> {
  const { view, reader, exchange, collection, needs } = call;
  const where = view.grants.get(view.table.name)?.rule?.where ?? [];
  if (where.length + needs.length === 0 && !view.rules.has(view.table.name)) return;
  const own = where.map(({ column, wanted }) => ({ column, value: wanted(exchange) }));
  const query = restrict({ shape: keysWhere(view), values: [] }, { ...call, needs: [...needs, ...own] });
  // Nobody makes it another's between this and the change.
  await run(statements.lock(1), key);
  const { rows } = await reader.read(ofKey(query, view, key), { run });
  if (rows.length === 0) throw denied(collection.name, "a row that is there already belongs to somebody else");
}
