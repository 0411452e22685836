import type { Row } from "../../../query/tree.ts";

/** Rows to begin with, shared by all sessions and never written to. */
export interface Seeds {
  /** By key: the id as text. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Every field a row has. */
  readonly columns: ReadonlySet<string>;
  /** Highest whole-number id; 0 when there is none. */
  readonly highest: number;
}

/** The rows of one session: the seeds with its own changes above them. */
export interface Table {
  readonly size: number;
  /** Every field a row has or had. */
  readonly columns: ReadonlySet<string>;
  /** Highest whole-number id so far, deleted rows included; 0 when there is none. */
  readonly highest: number;
  get(key: string): Row | undefined;
  /** In the order they were made. */
  rows(): IterableIterator<Row>;
  put(key: string, row: Row): void;
  delete(key: string): void;
}

export function createSeeds(rows: ReadonlyMap<string, Row>, field: string): Seeds {
  const columns = new Set([...rows.values()].flatMap((row) => Object.keys(row)));
  const ids = [...rows.values()].map((row) => numberOf(row[field]));
  return { rows, columns, highest: ids.reduce((highest, id) => Math.max(highest, id), 0) };
}

/** A table that costs nothing until it is written to, and then what was written. */
export function createTable(seeds: Seeds, field: string): Table {
  const changed = new Map<string, Row>();
  const removed = new Set<string>();
  const added = new Map<string, Row>();
  let columns: ReadonlySet<string> = seeds.columns;
  let { highest } = seeds;

  function isSeed(key: string): boolean {
    return seeds.rows.has(key) && !removed.has(key);
  }

  function* rows(): IterableIterator<Row> {
    for (const [key, row] of seeds.rows) if (!removed.has(key)) yield changed.get(key) ?? row;
    yield* added.values();
  }

  return {
    get size() {
      return seeds.rows.size - removed.size + added.size;
    },
    get columns() {
      return columns;
    },
    get highest() {
      return highest;
    },
    get: (key) => (isSeed(key) ? (changed.get(key) ?? seeds.rows.get(key)) : added.get(key)),
    rows,
    put(key, row) {
      (isSeed(key) ? changed : added).set(key, row);
      highest = Math.max(highest, numberOf(row[field]));
      const fresh = Object.keys(row).filter((column) => !columns.has(column));
      if (fresh.length > 0) columns = new Set([...columns, ...fresh]);
    },
    delete(key) {
      changed.delete(key);
      if (isSeed(key)) removed.add(key);
      else added.delete(key);
    },
  };
}

function numberOf(id: unknown): number {
  return typeof id === "number" ? id : 0;
}
