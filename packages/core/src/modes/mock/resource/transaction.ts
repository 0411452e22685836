import { BackworksError } from "../../../errors.ts";
import type { JsonValue } from "../../../exchange.ts";
import { isObject } from "../../../json/value.ts";
import type { Violation } from "../../../json/violation.ts";
import { invalidRow } from "../../../query/http/invalid-row.ts";
import { textOf } from "../../../query/memory/field.ts";
import type { RowStore } from "../../../query/memory/insert.ts";
import type { Row } from "../../../query/tree.ts";
import type { Call } from "./call.ts";
import type { Catalog } from "./catalog.ts";
import { catalogOf } from "./catalog.ts";
import type { Collection } from "./collection.ts";
import { fitRow } from "./rows.ts";
import type { StagedTable } from "./staged-table.ts";
import { stageTable } from "./staged-table.ts";

/** What one request writes: all of it is kept, or nothing. */
export interface Transaction extends RowStore {
  readonly catalog: Catalog;
  remove(collection: Collection, row: Row): void;
  /** Refuses what did not fit. @throws BW_RESOURCE_INVALID, BW_RESOURCE_CONFLICT */
  verify(): void;
  commit(): void;
}

/** What belongs to rows of the request's collection besides what they say. */
export interface TransactionOptions {
  /** Whether a field that a row does not name gets the default of the schema. */
  readonly fillDefaults: boolean;
}

export function beginTransaction(call: Call, { fillDefaults }: TransactionOptions): Transaction {
  const { collections, session } = call;
  const staged = new Map<Collection, StagedTable>();
  const violations: Violation[] = [];
  let conflict: BackworksError | undefined;

  function tableOf(collection: Collection): StagedTable {
    const known = staged.get(collection) ?? stageTable(collection.table(session), keyIn(collection));
    staged.set(collection, known);
    return known;
  }

  function store(collection: Collection, { row, pointer, before }: Staging): Row | undefined {
    const table = tableOf(collection);
    const { field } = collection.identity;
    const own = collection === call.collection ? call.fixed : {};
    const fixed = before === undefined ? own : { ...own, [field]: before[field] };
    const fitted = fitRow(collection, { value: row, fixed, random: session.random, highest: table.highest });
    if (fitted.violations) {
      violations.push(...fitted.violations.map((one) => ({ ...one, pointer: pointer + one.pointer })));
      return undefined;
    }
    if (before === undefined && table.get(fitted.key) !== undefined) conflict ??= taken(collection, fitted.key);
    table.put(fitted.key, fitted.row);
    return fitted.row;
  }

  const catalog = catalogOf(collections, tableOf);
  return {
    catalog,
    rows: catalog.rows,
    ...(catalog.find && { find: catalog.find }),
    insert(name, row, pointer) {
      const collection = named(collections, name);
      return store(collection, { row: fillDefaults ? withDefaults(row, collection) : row, pointer, before: undefined });
    },
    update: (name, before, { row, pointer }) => store(named(collections, name), { row, pointer, before }),
    remove: (collection, row) => tableOf(collection).delete(keyIn(collection)(row)),
    verify() {
      if (violations.length > 0) throw invalidRow(call.collection.name, violations);
      if (conflict) throw conflict;
    },
    commit() {
      for (const [collection, table] of staged) if (table.commit()) collection.changed(session);
    },
  };
}

interface Staging {
  readonly row: Row;
  readonly pointer: string;
  readonly before: Row | undefined;
}

function keyIn({ identity }: Collection): (row: Row) => string {
  return (row) => textOf(row[identity.field] ?? null);
}

function named(collections: Call["collections"], name: string): Collection {
  const collection = collections.get(name);
  if (collection === undefined) throw new TypeError(`no collection ${name}`);
  return collection;
}

export function taken({ name, identity }: Collection, id: string): BackworksError {
  return new BackworksError("BW_RESOURCE_CONFLICT", { resource: name, field: identity.field, id });
}

function withDefaults(row: Row, { properties }: Collection): Row {
  if (properties === undefined) return row;
  const defaults = Object.entries(properties).flatMap(([name, property]): [string, JsonValue][] => {
    const value = isObject(property) && row[name] === undefined ? property["default"] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return defaults.length === 0 ? row : { ...row, ...Object.fromEntries(defaults) };
}
