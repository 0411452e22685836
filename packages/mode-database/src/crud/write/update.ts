import { isObject, mergePatch, pointerTo } from "@backworks/core/query";
import type { JsonValue } from "@backworks/core";
import type { Row, Table, Violation } from "@backworks/core/query";
import { invalidRow, failedPrecondition } from "@backworks/core/query";
import type { Call } from "../call.ts";
import type { Key } from "../keys.ts";
import { isSame } from "../restrict.ts";
import type { Grant } from "../view.ts";
import type { Setting } from "./statements.ts";
import { partsOfKeys } from "./statements.ts";
import { Overtaken } from "./transact.ts";
import type { Run } from "./transact.ts";
import { checkValues, missingColumns } from "./writable.ts";
import type { Stored } from "./writable.ts";

/** A row that is changed. */
export interface Target {
  readonly key: Key;
  /** What its JSON columns hold that a patch merges with. */
  readonly json: Row;
  /** Its version, when it must still be that one. */
  readonly version?: JsonValue | undefined;
}

/** Columns of a patch that change a part of what the row has there. */
export function mergedColumns({ columns }: Table, change: Row): readonly string[] {
  return Object.keys(change).filter((name) => isObject(change[name]) && columns?.get(name)?.type.name === "json");
}

interface Changing {
  readonly grant: Grant;
  readonly run: Run;
}

/** Applies a merge patch to rows. @throws BW_RESOURCE_INVALID, BW_ACCESS_DENIED */
export async function patchRows(
  call: Call,
  change: Row,
  { targets, grant, run }: Changing & { readonly targets: readonly Target[] },
): Promise<void> {
  const { table } = grant;
  const values = withoutKey(
    call,
    change,
    targets.map(({ key }) => key),
  );
  const merged = mergedColumns(table, values);
  const plain = { ...values, ...Object.fromEntries(merged.map((name) => [name, null])) };
  const stored = check(call, { grant, values: plain, later: merged });
  if (merged.length === 0)
    return updateRows(call, { settings: settingsOf(stored), binds: bindsOf(stored) }, { targets, grant, run });
  for (const target of targets) {
    const own = merged.map((name): [string, JsonValue] => [
      name,
      mergePatch(target.json[name] ?? null, values[name] ?? null),
    ]);
    const all = new Map([...stored, ...check(call, { grant, values: Object.fromEntries(own) })]);
    await updateRows(call, { settings: settingsOf(all), binds: bindsOf(all) }, { targets: [target], grant, run });
  }
}

interface Checking {
  readonly grant: Grant;
  readonly values: Row;
  /** Columns that are merged first. */
  readonly later?: readonly string[];
}

/** Values that may be stored. @throws BW_RESOURCE_INVALID, BW_ACCESS_DENIED */
function check(call: Call, { grant, values, later = [] }: Checking): ReadonlyMap<string, Stored> {
  const scope = { exchange: call.exchange, dialect: call.collection.database.engine.dialect.name };
  const { stored, violations } = checkValues({ grant, values, pointer: "", needs: call.needs }, scope);
  const wrong = violations.filter(({ pointer }) => later.every((name) => pointer !== pointerTo(name)));
  if (wrong.length > 0) throw invalidRow(call.collection.name, wrong);
  return new Map([...stored].filter(([name]) => !later.includes(name)));
}

/** A row keeps its key: one that a body has must be that of each row. @throws BW_RESOURCE_INVALID */
function withoutKey({ collection, view }: Call, values: Row, keys: readonly Key[]): Row {
  const violations: Violation[] = [];
  for (const [index, column] of view.table.primaryKey.entries()) {
    const given = values[column];
    if (given === undefined) continue;
    const type = view.table.columns?.get(column)?.type ?? { name: "any" };
    const other = keys.find((key) => !isSame(given, key[index], type));
    if (other !== undefined)
      violations.push({
        pointer: pointerTo(column),
        detail: `must be ${JSON.stringify(other[index])}, as the path says`,
      });
  }
  if (violations.length > 0) throw invalidRow(collection.name, violations);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !view.table.primaryKey.includes(name)));
}

function settingsOf(stored: ReadonlyMap<string, Stored>): readonly Setting[] {
  return [...stored.keys()].map((column) => ({ column, to: "bind" }));
}

function bindsOf(stored: ReadonlyMap<string, Stored>): readonly unknown[] {
  return [...stored.values()].map(({ bind }) => bind);
}

/** Puts the row of a body in the place of one that is there: what it does not name becomes what a new row has there. @throws BW_RESOURCE_INVALID */
export async function replaceRow(
  call: Call,
  row: Row,
  { target, grant, run }: Changing & { readonly target: Target },
): Promise<void> {
  const stored = check(call, { grant, values: withoutKey(call, row, [target.key]) });
  const given = new Set([...stored.keys(), ...grant.table.primaryKey, ...keptColumns(call, grant)]);
  const missing = missingColumns({ grant }, (name) => given.has(name));
  if (missing.length > 0)
    throw invalidRow(
      call.collection.name,
      missing.map((name) => ({ pointer: pointerTo(name), detail: "is required" })),
    );
  const others = [...(grant.table.columns?.values() ?? [])].filter(
    ({ name, generated }) => !generated && !given.has(name),
  );
  const settings = [...settingsOf(stored), ...others.map(({ name }): Setting => ({ column: name, to: "default" }))];
  await updateRows(call, { settings, binds: bindsOf(stored) }, { targets: [target], grant, run });
}

/** Columns that whoever writes does not see or may not write stay as they are, and so do those of the path. */
function keptColumns({ view, needs, collection }: Call, { table, rule }: Grant): readonly string[] {
  const shown = view.writes.table(table.name)?.columns ?? table.columns;
  const demanded = [...needs, ...(rule?.where ?? [])].map(({ column }) => column);
  const version = collection.options.version_column;
  return [...(table.columns?.keys() ?? [])].filter(
    (name) =>
      !shown?.has(name) ||
      (rule?.columns !== undefined && !rule.columns.includes(name)) ||
      demanded.includes(name) ||
      name === version,
  );
}

interface Change {
  readonly settings: readonly Setting[];
  readonly binds: readonly unknown[];
}

async function updateRows(
  call: Call,
  { settings, binds }: Change,
  { targets, grant, run }: Changing & { readonly targets: readonly Target[] },
): Promise<void> {
  const version = grant.collection?.options.version_column;
  const all: readonly Setting[] = version === undefined ? settings : [...settings, { column: version, to: "next" }];
  if (all.length === 0) return;
  const statements = await call.writers.of(grant.table.name, run);
  const pinned = pinOf(targets, version);
  for (const part of partsOfKeys(targets.map(({ key }) => key))) {
    const statement = statements.update({ settings: all, keys: part.length, unchanged: pinned?.column });
    const { count } = await run(statement, [...binds, ...part.flat(), ...(pinned?.values ?? [])]);
    if (targets.length === 1 && count === 0) throw gone(pinned);
  }
}

/** A column that must still have a value. */
interface Pin {
  readonly column: string;
  readonly values: readonly JsonValue[];
}

function pinOf([target, ...others]: readonly Target[], column: string | undefined): Pin | undefined {
  if (column === undefined || target?.version === undefined || others.length > 0) return undefined;
  return { column, values: [target.version] };
}

/** The row changed while it was looked at. */
function gone(pinned: Pin | undefined): Error {
  return pinned === undefined ? new Overtaken("the row is gone") : failedPrecondition("If-Match");
}

/** Removes rows. */
export async function deleteRows(
  call: Call,
  { targets, grant, run }: Changing & { readonly targets: readonly Target[] },
): Promise<void> {
  const statements = await call.writers.of(grant.table.name, run);
  const pinned = pinOf(targets, grant.collection?.options.version_column);
  for (const part of partsOfKeys(targets.map(({ key }) => key))) {
    const { count } = await run(statements.delete(part.length, pinned?.column), [
      ...part.flat(),
      ...(pinned?.values ?? []),
    ]);
    if (targets.length === 1 && count === 0) throw gone(pinned);
  }
}
