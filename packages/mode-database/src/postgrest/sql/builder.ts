import { postgresql } from "../../postgresql/dialect.ts";
import type { Catalog, Table } from "../catalog/catalog.ts";

/** Stands among the binds of a statement for a value that each request brings. */
export class Slot {
  /** Place among the values. */
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** What is written of a request for every other that asks the same with other values: the first slot of each part. */
export type Slots = ReadonlyMap<object, number>;

/** A statement that is being written: what a request gives is among the binds, never in the text. */
export class SqlBuilder {
  readonly catalog: Catalog;
  /** Values, and slots for them. */
  readonly binds: unknown[] = [];
  readonly #slots: Slots;
  #names = 0;

  constructor(catalog: Catalog, slots: Slots = new Map()) {
    this.catalog = catalog;
    this.#slots = slots;
  }

  /**
   * Gives a value to the statement, and how the text writes it.
   *
   * @param part - what the request has the value from; where that has slots, the one that lies `further` behind its first stands for the value
   */
  bind(value: unknown, part?: object, further: number = 0): string {
    const slot = part === undefined ? undefined : this.#slots.get(part);
    this.binds.push(slot === undefined ? value : new Slot(slot + further));
    return postgresql.placeholder(this.binds.length);
  }

  /** A name that nothing else in the statement has. */
  name(prefix: string): string {
    this.#names += 1;
    return `pgrst_${prefix}${this.#names}`;
  }
}

/** Binds with the values of a request. */
export function fillBinds(binds: readonly unknown[], values: readonly unknown[]): unknown[] {
  return binds.map((bind) => (bind instanceof Slot ? values[bind.index] : bind));
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
  /** As PostgREST's statement would call them, which its refusals tell. */
  readonly called: string;
  /** One of them, as a value of the table's type. */
  readonly whole: string;
}

/** Rows that come from their table. */
export function tableRows(table: Table, alias: string, called: string = table.name): Rows {
  return { table, alias, called, whole: `${alias}.*` };
}

/** Rows that a statement before gave, all columns of their table. */
export function givenRows(table: Table, alias: string, called: string = table.name): Rows {
  const columns = [...table.columns.keys()].map((name) => `${alias}.${quote(name)}`);
  return { table, alias, called, whole: `ROW(${columns.join(", ")})::${qualified(table)}` };
}
