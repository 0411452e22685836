import type { Exchange, JsonValue, MaybePromise, ResponseInit } from "../../../exchange.ts";
import { BackworksError } from "../../../errors.ts";
import type { Plans } from "../../../query/memory/plans.ts";
import type { Row } from "../../../query/tree.ts";
import type { Session } from "../session.ts";
import type { Catalog } from "./catalog.ts";
import { catalogOf, tablesOf } from "./catalog.ts";
import type { Collection } from "./collection.ts";
import { parseId } from "./identity.ts";
import type { Table } from "./table.ts";

/** One request to a collection. */
export interface Call {
  readonly exchange: Exchange;
  readonly session: Session;
  readonly collection: Collection;
  /** The rows of the session. */
  readonly table: Table;
  /** Every collection of the App, by name. */
  readonly collections: ReadonlyMap<string, Collection>;
  readonly plans: Plans;
  /** Fields that the path says: only rows that have them are there. */
  readonly fixed: Row;
  /** Query parameters that are no columns. */
  readonly ignored: readonly string[];
}

/** Answers one method of one pattern. */
export type Answer = (call: Call, id: string) => MaybePromise<ResponseInit>;

/** Where a query of a call runs: over the rows that its path reaches, embedding those of its session. */
export function contextOf({ collections, fixed, session }: Call): CallContext {
  const source = catalogOf(collections, tablesOf(session));
  return { source, visible: Object.keys(fixed).length === 0 ? undefined : (row) => fits(row, fixed) };
}

interface CallContext {
  readonly source: Catalog;
  readonly visible: ((row: Row) => boolean) | undefined;
}

/** A row the path names. */
export interface Item {
  readonly id: string | number;
  readonly key: string;
  /** `undefined` when it is not there. */
  readonly row: Row | undefined;
}

/** What a text of the path names; no item at all when it cannot be an id. */
export function findItem({ collection, table, fixed }: Call, text: string): Item | undefined {
  const id = parseId(collection.identity, text);
  if (id === undefined) return undefined;
  const row = table.get(String(id));
  return { id, key: String(id), row: row && fits(row, fixed) ? row : undefined };
}

/** Whether a row has the fields that the path says. */
export function fits(row: Row, fixed: Row): boolean {
  for (const field in fixed) if (!same(row[field], fixed[field])) return false;
  return true;
}

/** A path is text: `/shops/7` means the shop 7 and the shop "7". */
function same(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return left === right || (isScalar(left) && isScalar(right) && String(left) === String(right));
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

export function notFound({ collection }: Call, id: string): BackworksError {
  return new BackworksError("BW_RESOURCE_NOT_FOUND", {
    resource: collection.name,
    field: collection.identity.field,
    id,
  });
}
