import { postgresql } from "../../postgresql/dialect.ts";
import type { Catalog, Table } from "../catalog/catalog.ts";

/** A statement that is being written: what a request gives is among the binds, never in the text. */
export class SqlBuilder {
  readonly catalog: Catalog;
  readonly binds: unknown[] = [];
  #names = 0;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** Gives a value to the statement, and how the text writes it. */
  bind(value: unknown): string {
    this.binds.push(value);
    return postgresql.placeholder(this.binds.length);
  }

  /** A name that nothing else in the statement has. */
  name(prefix: string): string {
    this.#names += 1;
    return `pgrst_${prefix}${this.#names}`;
  }
}

/** What a query calls the rows of one within. The whole row is written with `.*`, or a column of this name would be meant. */
export const outer = "pgrst_rows";
/** Column with what an embed came to. */
export const value = "pgrst_value";

export const quote = postgresql.quote;

/** `"schema"."name"` */
export function qualified({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${quote(schema)}.${quote(name)}`;
}

/** A text of the catalog as SQL writes it. */
export function literal(text: string): string {
  return text.includes("\\")
    ? ` E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
}

/** Rows that a part of a statement is about. */
export interface Rows {
  readonly table: Table;
  /** As the statement calls them. */
  readonly alias: string;
  /** One of them, as a value of the table's type. */
  readonly whole: string;
}

/** Rows that come from their table. */
export function tableRows(table: Table, alias: string): Rows {
  return { table, alias, whole: `${alias}.*` };
}

/** Rows that a statement before gave, all columns of their table. */
export function givenRows(table: Table, alias: string): Rows {
  const columns = [...table.columns.keys()].map((name) => `${alias}.${quote(name)}`);
  return { table, alias, whole: `ROW(${columns.join(", ")})::${qualified(table)}` };
}
