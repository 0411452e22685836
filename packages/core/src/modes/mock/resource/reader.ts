import type { ResourceReader } from "../../../template/template.ts";
import type { Row } from "../../../query/tree.ts";
import type { Table } from "./table.ts";

/** What templates may do with a collection. */
export function createReader(table: Table): ResourceReader {
  return {
    get: (id) => (isScalar(id) ? table.get(String(id)) : undefined),
    list: (filter) => [...table.rows()].filter((row) => fitsAll(row, filter)),
    count: () => table.size,
  };
}

/** Compared as text, as the query of a list is: `path.id` is text, the field may be a number. */
function fitsAll(row: Row, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    const value = Object.hasOwn(row, field) ? row[field] : undefined;
    return value === wanted || (isScalar(value) && isScalar(wanted) && String(value) === String(wanted));
  });
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
