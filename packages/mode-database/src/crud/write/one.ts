import type { ResponseInit } from "@backworks/core";
import {
  checkInsert,
  checkPreconditions,
  invalidRow,
  pointerTo,
  readJson,
  refuseFilters,
  rowOfBody,
} from "@backworks/core/query";
import type { Row } from "@backworks/core/query";
import { denied } from "../access.ts";
import type { Call } from "../call.ts";
import { keyOfPath, notFound, taken } from "../call.ts";
import type { Key } from "../keys.ts";
import { readWhole, tagOf } from "../read.ts";
import { conditionOf, isSame } from "../restrict.ts";
import { hiddenName, keysOfQuery, keysWhere, ofKey } from "../selections.ts";
import { checkRows, insertRows } from "./insert.ts";
import { jsonOf } from "./many.ts";
import { checkNames } from "./names.ts";
import type { Done, WriteRequest } from "./request.ts";
import { answerWrite, changeable, isShown, isSimple, readChange, showRows } from "./request.ts";
import { Overtaken } from "./transact.ts";
import type { Run } from "./transact.ts";
import type { Target } from "./update.ts";
import { deleteRows, mergedColumns, patchRows, replaceRow } from "./update.ts";

/** PATCH of an item: the row with a merge patch applied (RFC 7396). */
export async function patch(call: Call, segment: string): Promise<ResponseInit> {
  const write = readChange(call);
  const { grant } = write;
  const key = keyOfItem(call, segment);
  const body = rowOfBody(call.collection.name, readJson(call.exchange.request, "merge-patch"));
  const change = checkNames(call, body);
  const merged = mergedColumns(grant.table, change);
  if (merged.length === 0 && Object.keys(change).length > 0 && isSimple(write, undefined))
    return patchAtOnce(write, { key, segment }, change);
  return answerWrite(write, { isolation: "row", row: change }, async (run) => {
    const row = await findItem(write, { key, segment }, run);
    const json = await readJsonColumns(write, { key, columns: merged }, run);
    await patchRows(call, change, { targets: [targetOf(call, key, { row, json })], grant, run });
    checkItem(call, row);
    return { status: 200, keys: [key], single: true };
  });
}

/** A patch that asks nothing of the row. */
function patchAtOnce(write: WriteRequest, { key, segment }: Asked, change: Row): Promise<ResponseInit> {
  const { call, grant } = write;
  return answerWrite(write, { isolation: "row", row: change, atOnce: true }, async (run) => {
    const targets = [{ key, json: {} }];
    await patchRows(call, change, { targets, grant, run }).catch((error: unknown) => {
      throw error instanceof Overtaken ? notFound(call, segment) : error;
    });
    return { status: 200, keys: [key], single: true };
  });
}

/** DELETE of an item. */
export async function remove(call: Call, segment: string): Promise<ResponseInit> {
  const write = readChange(call);
  const key = keyOfItem(call, segment);
  if (!isShown(write, "minimal") && isSimple(write, "minimal")) return removeAtOnce(write, { key, segment });
  return answerWrite(write, { isolation: "row", removes: true }, async (run) => {
    const row = await findItem(write, { key, segment }, run);
    checkItem(call, row);
    const keys = [key];
    const shown = isShown(write, "minimal") ? await showRows(write, { keys, single: true }, run) : undefined;
    await deleteRows(call, { targets: [targetOf(call, key, { row, json: {} })], grant: write.grant, run });
    return { status: 200, keys, shown, single: true, otherwise: "minimal" };
  });
}

/** A row that is removed, whatever it is like. */
function removeAtOnce(write: WriteRequest, { key, segment }: Asked): Promise<ResponseInit> {
  const { call, grant } = write;
  return answerWrite(write, { isolation: "row", removes: true, atOnce: true }, async (run) => {
    await deleteRows(call, { targets: [{ key, json: {} }], grant, run }).catch((error: unknown) => {
      throw error instanceof Overtaken ? notFound(call, segment) : error;
    });
    return { status: 200, keys: [key], single: true, otherwise: "minimal" };
  });
}

/** PUT of an item: the row as it is in the request, whether it was there or not. */
export async function replace(call: Call, segment: string): Promise<ResponseInit> {
  const write = readChange(call);
  const { collection, exchange } = call;
  refuseFilters(write.syntax, "PUT");
  const body = rowOfBody(collection.name, readJson(exchange.request, "json"));
  const key = keyOfPath(call, segment);
  if (key === undefined) throw invalidKey(call);
  const values = checkNames(call, body);
  return answerWrite(write, { isolation: "row", repeatsConflicts: true, row: values }, async (run) => {
    const isThere = await lock(call, key, run);
    const row = isThere ? await readWhole(call, key, { run }) : undefined;
    // A row that is there and that this path does not reach belongs to another parent, or to somebody else.
    if (isThere && row === undefined) throw taken(call, key);
    if (row === undefined) return makeItem(write, { key, values }, run);
    await checkDemands(write, key, run);
    await replaceRow(call, values, { target: targetOf(call, key, { row, json: {} }), grant: write.grant, run });
    checkItem(call, row);
    return { status: 200, keys: [key], single: true };
  });
}

function invalidKey({ view, collection }: Call): Error {
  const [column = ""] = view.table.primaryKey;
  const type = view.table.columns?.get(column)?.type.name;
  const detail = type === "integer" ? "must be a whole number" : `must be of the type ${type ?? "of its column"}`;
  return invalidRow(collection.name, [{ pointer: pointerTo(column), detail }]);
}

async function makeItem(
  write: WriteRequest,
  { key, values }: { readonly key: Key; readonly values: Row },
  run: Run,
): Promise<Done> {
  const { call } = write;
  const { view, exchange } = call;
  const row = { ...values, ...ownKey(call, values, key) };
  const query = { columns: undefined, onConflict: undefined };
  const insert = checkInsert([row], { schema: view.writes, table: view.table.name, query, preferences: {} });
  const ready = checkRows(call, insert, false);
  await insertRows(call, ready, { run, conflict: undefined });
  checkItem(call, undefined);
  // The item's own address is the one the request went to.
  return { status: 201, keys: [key], single: true, location: exchange.request.path };
}

/** The key of the path, which a body may repeat. @throws BW_RESOURCE_INVALID */
function ownKey({ view, collection }: Call, values: Row, key: Key): Row {
  const { primaryKey, columns } = view.table;
  const wrong = primaryKey.flatMap((column, index) => {
    const type = columns?.get(column)?.type ?? { name: "any" };
    const given = values[column] ?? null;
    if (given === null || isSame(given, key[index], type)) return [];
    return [{ pointer: pointerTo(column), detail: `must be ${JSON.stringify(key[index])}, as the path says` }];
  });
  if (wrong.length > 0) throw invalidRow(collection.name, wrong);
  return Object.fromEntries(primaryKey.map((column, index) => [column, key[index]]));
}

/** @throws BW_RESOURCE_NOT_FOUND */
function keyOfItem(call: Call, segment: string): Key {
  const key = keyOfPath(call, segment);
  if (key === undefined) throw notFound(call, segment);
  return key;
}

/** Whether a row is there; nobody else changes it until the end. */
async function lock({ writers, view }: Call, key: Key, run: Run): Promise<boolean> {
  const statements = await writers.of(view.table.name, run);
  const { rows } = await run(statements.lock(1), key);
  return rows.length > 0;
}

/** The row of a key, as nobody else changes it until the end; the second statement does not wait for the answer of the first. */
async function lockItem(call: Call, key: Key, run: Run): Promise<Row | undefined> {
  const statements = await call.writers.of(call.view.table.name, run);
  const [, row] = await Promise.all([run(statements.lock(1), key), readWhole(call, key, { run })]);
  return row;
}

interface Asked {
  readonly key: Key;
  readonly segment: string;
}

/** The row of the path, when it fits the filters of the query, too. @throws BW_RESOURCE_NOT_FOUND */
async function findItem(write: WriteRequest, { key, segment }: Asked, run: Run): Promise<Row> {
  const { call, syntax, query } = write;
  const row = await lockItem(call, key, run);
  if (row === undefined) throw notFound(call, segment);
  await checkDemands(write, key, run);
  if (syntax.filters.length === 0) return row;
  const fits = ofKey(changeable(write, keysOfQuery(query, call.view, [])), call.view, key);
  const { rows } = await call.reader.read(fits, { run });
  if (rows.length === 0) throw notFound(call, segment);
  return row;
}

/** Refuses to change a row that may only be read. @throws BW_ACCESS_DENIED */
async function checkDemands({ call, demands }: WriteRequest, key: Key, run: Run): Promise<void> {
  if (demands.length === 0) return;
  const values: unknown[] = [];
  const { view, reader, collection } = call;
  const of = demands.map((need) => conditionOf(view.table, need, values as never));
  const own = ofKey({ shape: keysWhere(view, { kind: "and", of }), values: values as never }, view, key);
  const { rows } = await reader.read(own, { run });
  if (rows.length === 0) throw denied(collection.name, "this row is not theirs to write");
}

async function readJsonColumns(
  { call }: WriteRequest,
  { key, columns }: { readonly key: Key; readonly columns: readonly string[] },
  run: Run,
): Promise<Row> {
  if (columns.length === 0) return {};
  const all = { kind: "and", of: [] } as const;
  const query = ofKey(
    keysOfQuery({ shape: keysWhere(call.view, all), values: [] }, call.view, columns),
    call.view,
    key,
  );
  const { rows } = await call.reader.read(query, { run });
  return jsonOf(rows[0] ?? {}, columns);
}

function targetOf(
  { collection, exchange }: Call,
  key: Key,
  { row, json }: { readonly row: Row; readonly json: Row },
): Target {
  const { version_column: version } = collection.options;
  const asks = exchange.request.headers["if-match"] !== undefined;
  return { key, json, version: version !== undefined && asks ? row[hiddenName(version)] : undefined };
}

/** @throws BW_RESOURCE_PRECONDITION, BW_RESOURCE_PRECONDITION_REQUIRED */
function checkItem(call: Call, row: Row | undefined): void {
  const { name: resource, options } = call.collection;
  const requireIfMatch = options.require_if_match === true;
  checkPreconditions(call.exchange.request.headers, row && tagOf(call, row), { resource, requireIfMatch });
}
