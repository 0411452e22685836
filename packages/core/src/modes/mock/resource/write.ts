import { BackworksError } from "../../../errors.ts";
import type { JsonValue, ResponseInit } from "../../../exchange.ts";
import type { Row } from "../../../query/tree.ts";
import { readJson } from "./body.ts";
import type { Call, Item } from "./call.ts";
import { findItem, locationOf, notFound } from "./call.ts";
import { mergePatch } from "./merge-patch.ts";
import { checkPreconditions } from "./preconditions.ts";
import { representationOf } from "./representation.ts";
import { fitRow } from "./rows.ts";
import type { Violation } from "../../../json/violation.ts";
import { pointerTo } from "../../../json/violation.ts";
import { invalidRow } from "./violation.ts";

/** POST to a collection: a new row, or a list of rows of which all are stored or none. */
export function create(call: Call): ResponseInit {
  const value = readJson(call.exchange.request, "json");
  const drafts = Array.isArray(value) ? draftAll(call, value) : [draftOne(call, value)];
  refuseTaken(call, drafts);
  for (const { key, row } of drafts) call.table.put(key, row);
  call.collection.changed(call.session);
  const [first] = drafts;
  if (Array.isArray(value) || first === undefined) return createdAll(drafts);
  return stored(first.row, { status: 201, location: locationOf(call.exchange.request.path, idOf(call, first.row)) });
}

/** PUT of an item: the row as it is in the request, whether it was there or not. */
export function replace(call: Call, id: string): ResponseInit {
  const value = readJson(call.exchange.request, "json");
  const item = findItem(call, id);
  if (item === undefined)
    throw invalidRow(call.collection.name, [
      { pointer: pointerTo(call.collection.identity.field), detail: "must be a whole number" },
    ]);
  const draft = draftAt(call, value, item);
  // A row that is there and that this path does not reach belongs to another parent.
  if (item.row === undefined) refuseTaken(call, [draft]);
  checkPreconditions(call.exchange.request, item.row);
  keep(call, draft);
  if (item.row) return stored(draft.row, { status: 200 });
  // The item's own address is the one the request went to.
  return stored(draft.row, { status: 201, location: call.exchange.request.path });
}

/** PATCH of an item: the row with a merge patch applied (RFC 7396). */
export function patch(call: Call, id: string): ResponseInit {
  const item = findItem(call, id);
  if (item?.row === undefined) throw notFound(call, id);
  const draft = draftAt(call, mergePatch(item.row, readJson(call.exchange.request, "merge-patch")), item);
  checkPreconditions(call.exchange.request, item.row);
  keep(call, draft);
  return stored(draft.row, { status: 200 });
}

/** DELETE of an item. */
export function remove(call: Call, id: string): ResponseInit {
  const item = findItem(call, id);
  if (item?.row === undefined) throw notFound(call, id);
  checkPreconditions(call.exchange.request, item.row);
  call.table.delete(item.key);
  call.collection.changed(call.session);
  return { status: 204, body: null };
}

/** A row ready to be stored. */
interface Draft {
  readonly key: string;
  readonly row: Row;
}

function draftOne(call: Call, value: JsonValue): Draft {
  const { collection, fixed, session, table } = call;
  const fitted = fitRow(collection, { value, fixed, random: session.random, highest: table.highest });
  if (fitted.violations) throw invalidRow(collection.name, fitted.violations);
  return fitted;
}

function draftAll({ collection, fixed, session, table }: Call, values: readonly JsonValue[]): Draft[] {
  const drafts: Draft[] = [];
  const violations: Violation[] = [];
  let { highest } = table;
  for (const [index, value] of values.entries()) {
    const fitted = fitRow(collection, { value, fixed, random: session.random, highest });
    if (fitted.violations) {
      violations.push(
        ...fitted.violations.map(({ pointer, detail }) => ({ pointer: pointerTo(index) + pointer, detail })),
      );
      continue;
    }
    const id = fitted.row[collection.identity.field];
    if (typeof id === "number") highest = Math.max(highest, id);
    drafts.push(fitted);
  }
  if (violations.length > 0) throw invalidRow(collection.name, violations);
  return drafts;
}

/** A row for an address: its id is that of the path. */
function draftAt(call: Call, value: JsonValue, { id }: Item): Draft {
  const { collection, session, table } = call;
  const fixed = { ...call.fixed, [collection.identity.field]: id };
  const fitted = fitRow(collection, { value, fixed, random: session.random, highest: table.highest });
  if (fitted.violations) throw invalidRow(collection.name, fitted.violations);
  return fitted;
}

function refuseTaken({ collection, table }: Call, drafts: readonly Draft[]): void {
  const seen = new Set<string>();
  for (const { key } of drafts) {
    if (seen.has(key) || table.get(key) !== undefined) {
      throw new BackworksError("BW_RESOURCE_CONFLICT", {
        resource: collection.name,
        field: collection.identity.field,
        id: key,
      });
    }
    seen.add(key);
  }
}

function keep({ collection, session, table }: Call, { key, row }: Draft): void {
  table.put(key, row);
  collection.changed(session);
}

function idOf({ collection }: Call, row: Row): string | number {
  const id = row[collection.identity.field];
  // A row is stored with a text or a number for an id only.
  return id as string | number;
}

function stored(row: Row, { status, location }: { readonly status: number; readonly location?: string }): ResponseInit {
  const { text, etag } = representationOf(row);
  return { status, headers: { "content-type": "application/json", etag, location }, body: text };
}

function createdAll(drafts: readonly Draft[]): ResponseInit {
  const body = `[${drafts.map(({ row }) => representationOf(row).text).join(",")}]`;
  return { status: 201, headers: { "content-type": "application/json" }, body };
}
