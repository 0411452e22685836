import type { JsonValue, MaybePromise, ResponseInit } from "../../../exchange.ts";
import { pointerTo } from "../../../json/violation.ts";
import { checkInsert } from "../../../query/check/write.ts";
import { pageOf } from "../../../query/check/page.ts";
import { readBody, readJson } from "../../../query/http/body.ts";
import { invalidRow } from "../../../query/http/invalid-row.ts";
import { locationOf } from "../../../query/http/location.ts";
import { mergePatch } from "../../../query/http/merge-patch.ts";
import { checkPreconditions } from "../../../query/http/preconditions.ts";
import { representationOf } from "../../../query/http/representation.ts";
import {
  checkAffected,
  onlyColumns,
  refuseFilters,
  refuseUnfiltered,
  rowOfBody,
  rowsOfBody,
} from "../../../query/http/write-rules.ts";
import { runInsert } from "../../../query/memory/insert.ts";
import type { Row } from "../../../query/tree.ts";
import type { Write, Written } from "./answer-write.ts";
import { answerWrite } from "./answer-write.ts";
import type { Call, Item } from "./call.ts";
import { findItem, notFound } from "./call.ts";
import { typeCells } from "./cell.ts";
import { taken } from "./transaction.ts";

/** POST to a collection: a new row, or a list of rows of which all are stored or none. */
export function create(call: Call): MaybePromise<ResponseInit> {
  return answerWrite(call, ({ preferences, syntax, transaction }) => {
    refuseFilters(syntax, "POST");
    const value = readBody(call.exchange.request, typeCells(call));
    const isList = Array.isArray(value);
    const { schema } = transaction.catalog;
    const table = call.collection.name;
    const insert = checkInsert(rowsOfBody(table, value), { schema, table, query: syntax, preferences });
    const { rows, created } = runInsert(insert, transaction, isList);
    const [first] = rows;
    const location =
      isList || first === undefined
        ? undefined
        : locationOf(call.exchange.request.path, [call.collection.identity.field], [idOf(call, first)]);
    const followed = ["missing", "resolution"] as const;
    return {
      status: created > 0 || rows.length === 0 ? 201 : 200,
      rows,
      single: !isList && rows.length === 1,
      location,
      followed,
    };
  });
}

/** PATCH of a collection: every row that fits the filters with a merge patch applied. */
export function patchAll(call: Call): MaybePromise<ResponseInit> {
  return answerWrite(call, (write) => {
    const change = rowOfBody(call.collection.name, readJson(call.exchange.request, "merge-patch"));
    const chosen = onlyColumns(change, write.syntax.columns);
    const before = affected(write, "PATCH");
    const rows = before.map((row) => update(write, row, mergePatch(row, chosen))).filter((row) => row !== undefined);
    return { status: 200, rows, single: false, followed: ["maxAffected"] };
  });
}

function update({ call, transaction }: Write, before: Row, value: JsonValue): Row | undefined {
  // A merge patch that is an object makes an object of an object.
  return transaction.update(call.collection.name, before, { row: value as Row, pointer: "" });
}

/** DELETE of a collection: every row that fits the filters. */
export function removeAll(call: Call): MaybePromise<ResponseInit> {
  return answerWrite(call, (write) => {
    const rows = affected(write, "DELETE");
    for (const row of rows) write.transaction.remove(call.collection, row);
    return { status: 200, rows, single: false, otherwise: "minimal", followed: ["maxAffected"] };
  });
}

/** The rows a write to the collection is about; those of a page, when the query says one. */
function affected(write: Write, method: string): readonly Row[] {
  const { call, syntax } = write;
  const { allowFullTable, name } = call.collection;
  if (!allowFullTable) refuseUnfiltered(syntax, { method, collection: name, block: "mock.resource" });
  const matched = write.matched();
  const { limit, offset } = pageSaid(write);
  const rows = matched.slice(offset, limit === undefined ? undefined : offset + limit);
  checkAffected(write.preferences, rows.length);
  return rows;
}

function pageSaid({ syntax }: Write): { readonly limit: number | undefined; readonly offset: number } {
  return pageOf(syntax, { default: undefined, max: undefined });
}

/** PUT of an item: the row as it is in the request, whether it was there or not. */
export function replace(call: Call, id: string): MaybePromise<ResponseInit> {
  return answerWrite(call, ({ syntax, transaction }) => {
    refuseFilters(syntax, "PUT");
    const value = readJson(call.exchange.request, "json");
    const item = findItem(call, id);
    const { identity, name } = call.collection;
    if (item === undefined)
      throw invalidRow(name, [{ pointer: pointerTo(identity.field), detail: "must be a whole number" }]);
    const row = storeAt(call, { transaction, item, value });
    // A row that is there and that this path does not reach belongs to another parent.
    if (item.row === undefined && call.table.get(item.key) !== undefined) throw taken(call.collection, item.key);
    checkItem(call, item.row);
    // The item's own address is the one the request went to.
    return item.row ? stored(row, 200) : { ...stored(row, 201), location: call.exchange.request.path };
  });
}

/** PATCH of an item: the row with a merge patch applied (RFC 7396). */
export function patch(call: Call, id: string): MaybePromise<ResponseInit> {
  return answerWrite(call, (write) => {
    const { transaction } = write;
    const item = itemOf(write, id);
    const value = mergePatch(item.row, readJson(call.exchange.request, "merge-patch"));
    const row = storeAt(call, { transaction, item, value });
    checkItem(call, item.row);
    return stored(row, 200);
  });
}

/** DELETE of an item. */
export function remove(call: Call, id: string): MaybePromise<ResponseInit> {
  return answerWrite(call, (write) => {
    const item = itemOf(write, id);
    checkItem(call, item.row);
    write.transaction.remove(call.collection, item.row);
    return { status: 200, rows: [item.row], single: true, otherwise: "minimal" };
  });
}

/** The row of the path, when it fits the filters of the query, too. @throws BW_RESOURCE_NOT_FOUND */
function itemOf({ call, matched, syntax }: Write, id: string): Item & { readonly row: Row } {
  const item = findItem(call, id);
  const row = item?.row;
  if (item === undefined || row === undefined) throw notFound(call, id);
  if (syntax.filters.length > 0 && !matched().includes(row)) throw notFound(call, id);
  return { ...item, row };
}

function checkItem({ exchange, collection }: Call, row: Row | undefined): void {
  const { name: resource, requireIfMatch } = collection;
  checkPreconditions(exchange.request.headers, row && representationOf(row), { resource, requireIfMatch });
}

interface StoreAt {
  readonly transaction: Write["transaction"];
  readonly item: Item;
  readonly value: JsonValue;
}

/** Stores a row at an address: its id is that of the path. */
function storeAt({ collection }: Call, { transaction, item, value }: StoreAt): Row {
  const after = rowOfBody(collection.name, value);
  const before = item.row ?? { [collection.identity.field]: item.id };
  const row = transaction.update(collection.name, before, { row: after, pointer: "" });
  transaction.verify();
  // What did not fit was refused.
  return row ?? before;
}

function stored(row: Row, status: number): Written {
  return { status, rows: [row], single: true };
}

function idOf({ collection }: Call, row: Row): string | number {
  const id = row[collection.identity.field];
  // A row is stored with a text or a number for an id only.
  return id as string | number;
}
