import { BackworksError } from "@backworks/core";
import type { Exchange } from "@backworks/core";
import { textOf } from "@backworks/core/query";
import type { Collection } from "./collection.ts";
import type { Key } from "./keys.ts";
import { parseKey } from "./keys.ts";
import type { RowReader } from "./row-reader.ts";
import type { Need } from "./restrict.ts";
import type { View } from "./view.ts";
import type { WriteTables } from "./write/write-tables.ts";

/** One request to a collection. */
export interface Call {
  readonly exchange: Exchange;
  readonly collection: Collection;
  /** The database as whoever asks sees it. */
  readonly view: View;
  /** Columns that the path says: only rows that have them are there. */
  readonly needs: readonly Need[];
  readonly reader: RowReader;
  readonly writers: WriteTables;
}

/** The key that a path names; `undefined` for what can be no key. */
export function keyOfPath({ view }: Call, segment: string): Key | undefined {
  return parseKey(view.table, segment);
}

/** 404 of a row. */
export function notFound({ collection, view }: Pick<Call, "collection" | "view">, id: string): BackworksError {
  const { primaryKey } = view.table;
  const field = primaryKey.length === 0 ? "a key, and so none that is" : primaryKey.join(",");
  return new BackworksError("BW_RESOURCE_NOT_FOUND", { resource: collection.name, field, id });
}

/** 409 of a row that is there already. */
export function taken({ collection, view }: Pick<Call, "collection" | "view">, key: Key): BackworksError {
  const field = view.table.primaryKey.join(",");
  return new BackworksError(
    "BW_RESOURCE_CONFLICT",
    { resource: collection.name, field, id: key.map(textOf).join(",") },
    { members: { columns: [...view.table.primaryKey] } },
  );
}

/** Parts of a key for an address. */
export function partsOfKey(key: Key): readonly (string | number)[] {
  return key.map((part) => (typeof part === "number" ? part : textOf(part)));
}
