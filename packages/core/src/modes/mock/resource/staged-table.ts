import type { Row } from "../../../query/tree.ts";
import type { Table } from "./table.ts";

/** Changes to a table that nobody else sees until they are kept. */
export interface StagedTable extends Table {
  /** Writes the changes to the table itself. Returns whether there were any. */
  commit(): boolean;
}

/** `keyOf` is the key of a row of the table. */
export function stageTable(base: Table, keyOf: (row: Row) => string): StagedTable {
  const changed = new Map<string, Row>();
  const removed = new Set<string>();
  // Ids of the rows that are staged are taken, too; a table of its own knows them.
  let columns = base.columns;
  let { highest } = base;
  let size = base.size;
  const isBase = (key: string): boolean => !removed.has(key) && base.get(key) !== undefined;

  function* rows(): IterableIterator<Row> {
    for (const row of base.rows()) {
      const key = keyOf(row);
      if (!removed.has(key)) yield changed.get(key) ?? row;
    }
    for (const [key, row] of changed) if (!isBase(key)) yield row;
  }

  const get: Table["get"] = (key) => changed.get(key) ?? (removed.has(key) ? undefined : base.get(key));

  return {
    get size() {
      return size;
    },
    get columns() {
      return columns;
    },
    get highest() {
      return highest;
    },
    get,
    rows,
    put(key, row) {
      if (get(key) === undefined) size += 1;
      changed.set(key, row);
      const id = Number(key);
      if (Number.isSafeInteger(id)) highest = Math.max(highest, id);
      const fresh = Object.keys(row).filter((column) => !columns.has(column));
      if (fresh.length > 0) columns = new Set([...columns, ...fresh]);
    },
    delete(key) {
      if (get(key) !== undefined) size -= 1;
      changed.delete(key);
      if (base.get(key) !== undefined) removed.add(key);
    },
    commit() {
      for (const key of removed) base.delete(key);
      for (const [key, row] of changed) base.put(key, row);
      return removed.size + changed.size > 0;
    },
  };
}
