import type { Exchange, JsonValue, MaybePromise } from "@backworks/core";
import type { Schema } from "@backworks/core/query";
import type { RelationOptions } from "../options/crud.ts";
import { rolesOf } from "./access.ts";
import type { Call } from "./call.ts";
import { keyOfPath, notFound } from "./call.ts";
import { checkCollection } from "./check.ts";
import type { Collection, Collections } from "./collection.ts";
import { checkReading } from "./read.ts";
import type { RowReader } from "./row-reader.ts";
import { readerOf } from "./row-reader.ts";
import { linkOf } from "./relation.ts";
import type { Link } from "./relation.ts";
import { restrict } from "./restrict.ts";
import type { Need } from "./restrict.ts";
import { segmentOf } from "./segment.ts";
import { columnsByKey } from "./selections.ts";
import { Views } from "./view.ts";
import { whenThere } from "./when-there.ts";
import { WriteTables } from "./write/write-tables.ts";

export type CallOf = (exchange: Exchange) => MaybePromise<Call>;

const made = new WeakMap<Collection, CallOf>();

/** Makes the calls to a collection: whoever asks sees the database in their own way. */
export function callsOf(collection: Collection, collections: Collections): CallOf {
  const known = made.get(collection) ?? createCalls(collection, collections);
  made.set(collection, known);
  return known;
}

function createCalls(collection: Collection, collections: Collections): CallOf {
  const { database, pathColumns } = collection;
  const views = new Views(collection, collections);
  let known: { readonly full: Schema; readonly writers: WriteTables; readonly reader: RowReader } | undefined;
  return (exchange) =>
    whenThere(database.schema.get(), (full) => {
      if (known?.full !== full) {
        const [mistake] = checkCollection(full, collection, collections);
        // What was right when the configuration was loaded, and the database has changed since; or nobody could look then.
        if (mistake !== undefined) throw mistake;
        const reader = readerOf(database.engine.dialect.name, full);
        known = { full, reader, writers: new WriteTables(database.engine.dialect, full) };
      }
      const view = views.of(full, rolesOf(exchange));
      const needs = pathColumns.map((column): Need => ({ column, value: exchange.request.params[column] }));
      return { exchange, collection, view, needs, reader: known.reader, writers: known.writers };
    });
}

interface Below {
  /** What the relation is called. */
  readonly name: string;
  readonly relation: RelationOptions;
}

interface BelowScope {
  readonly collections: Collections;
  /** Calls to the collection above. */
  readonly callOf: CallOf;
}

/** Calls to a collection below an item: its rows hold the key of the item. */
export function callsBelow(
  { name, relation }: Below,
  { collections, callOf }: BelowScope,
): { readonly ofCollection: CallOf; readonly ofItem: CallOf } {
  const below =
    (fromEnd: number): CallOf =>
    (exchange) =>
      whenThere(callOf(exchange), (parent) => {
        const child = collections.find(relation.resource);
        const link =
          child && linkOf(parent.view.full, { parent: parent.view.table.name, child: child.table, key: relation.key });
        if (child === undefined || link === undefined || "problem" in link)
          throw new TypeError(`the relation ${name} leads nowhere`);
        return whenThere(needsOf(parent, segmentOf(exchange, fromEnd), link), (needs) =>
          whenThere(callsOf(child, collections)(exchange), (call) => ({ ...call, needs })),
        );
      });
  return { ofCollection: below(2), ofItem: below(3) };
}

/** What the rows below an item hold of it. @throws BW_RESOURCE_NOT_FOUND */
function needsOf(parent: Call, segment: string, { pairs }: Link): MaybePromise<readonly Need[]> {
  checkReading(parent);
  const key = keyOfPath(parent, segment);
  if (key === undefined) throw notFound(parent, segment);
  const shape = columnsByKey(
    parent.view,
    pairs.map(([, own]) => own),
  );
  const query = restrict({ shape, values: key }, parent);
  return whenThere(parent.reader.read(query, parent.collection.database), ({ rows: [row] }) => {
    if (row === undefined) throw notFound(parent, segment);
    return pairs.map(([column, own]): Need => ({ column, value: row[own] as JsonValue }));
  });
}
