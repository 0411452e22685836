import type { Table } from "@backworks/core/query";
import type { Dialect } from "../../dialect.ts";
import type { Statement } from "../../engine.ts";
import { keepByKey } from "../../statement.ts";

/** What a column is set to. */
export interface Setting {
  readonly column: string;
  /** `bind`: a value. `default`: what a row has that says nothing. `next`: one more. */
  readonly to: "bind" | "default" | "next";
}

/** A change of rows that have certain keys. */
export interface UpdateShape {
  readonly settings: readonly Setting[];
  /** Keys, a number of `keyCounts`. */
  readonly keys: number;
  /** A column that must still have a value. */
  readonly unchanged?: string | undefined;
}

/** Keys that one statement is for, so that there are few statements; what is left is filled up by the last key. */
const keyCounts = [1, 64] as const;

/** Parts of a list of keys, each with as many as a statement has. */
export function partsOfKeys<T>(keys: readonly T[]): readonly (readonly T[])[] {
  const [one, many] = keyCounts;
  if (keys.length <= one) return keys.length === 0 ? [] : [keys];
  const parts: (readonly T[])[] = [];
  for (let from = 0; from < keys.length; from += many) {
    const part = keys.slice(from, from + many);
    const last = part.at(-1);
    // A part is never empty.
    parts.push([...part, ...Array.from({ length: many - part.length }, () => last as T)]);
  }
  return parts;
}

/** Texts that SQLite has for the defaults of columns. */
export type Defaults = ReadonlyMap<string, string>;

/** Statements of one table that are kept and stay prepared: which columns a body names, and in which order, is the client's. */
const mostKept = 200;

/** The statements that write to one table. Each shape has one text, which holds names of the table's columns and nothing of a request. */
export class WriteStatements {
  readonly #table: Table;
  readonly #dialect: Dialect;
  readonly #defaults: Defaults;
  readonly #keep = keepByKey(mostKept);

  constructor(table: Table, dialect: Dialect, defaults: Defaults) {
    this.#table = table;
    this.#dialect = dialect;
    this.#defaults = defaults;
  }

  /** Whether an insert gives what it stored. */
  get returns(): boolean {
    return this.#dialect.name !== "mysql";
  }

  insert(columns: readonly string[], returning: readonly string[]): Statement {
    const write = (): string => {
      const writer = new Writer(this.#dialect);
      const names = columns.map((column) => this.#quote(column)).join(", ");
      const values = columns.map(() => writer.bind()).join(", ");
      const into = columns.length === 0 ? this.#emptyRow() : `(${names}) VALUES (${values})`;
      const giving = this.returns ? ` RETURNING ${returning.map((column) => this.#quote(column)).join(", ")}` : "";
      return `INSERT INTO ${this.#name} ${into}${giving}`;
    };
    return this.#make(`insert ${JSON.stringify([columns, returning])}`, write, { adds: this.#table.name });
  }

  #emptyRow(): string {
    return this.#dialect.name === "mysql" ? "() VALUES ()" : "DEFAULT VALUES";
  }

  /** Binds: the values of the settings, the keys, what must be unchanged. */
  update({ settings, keys, unchanged }: UpdateShape): Statement {
    return this.#make(`update ${JSON.stringify([settings, keys, unchanged])}`, () => {
      const writer = new Writer(this.#dialect);
      const set = settings.map((setting) => this.#set(setting, writer)).join(", ");
      const where = this.#where(writer, { keys, unchanged });
      return `UPDATE ${this.#name} SET ${set} WHERE ${where}`;
    });
  }

  #set({ column, to }: Setting, writer: Writer): string {
    const name = this.#quote(column);
    if (to === "bind") return `${name} = ${writer.bind()}`;
    if (to === "next") return `${name} = coalesce(${name}, 0) + 1`;
    // SQLite has no word for it in an update.
    return `${name} = ${this.#dialect.name === "sqlite" ? `(${this.#defaults.get(column) ?? "NULL"})` : "DEFAULT"}`;
  }

  /** Binds: the keys, what must be unchanged. */
  delete(keys: number, unchanged?: string): Statement {
    return this.#make(`delete ${keys} ${unchanged ?? ""}`, () => {
      const where = this.#where(new Writer(this.#dialect), { keys, unchanged });
      return `DELETE FROM ${this.#name} WHERE ${where}`;
    });
  }

  /** Columns of a row, by its key. */
  read(columns: readonly string[]): Statement {
    return this.#make(`read ${JSON.stringify(columns)}`, () => this.#select(columns));
  }

  /** The keys of rows that are there, and nobody else changes those until the end. */
  lock(keys: number): Statement {
    const { primaryKey } = this.#table;
    const order = ` ORDER BY ${primaryKey.map((column) => this.#quote(column)).join(", ")}`;
    const ending = this.#dialect.name === "sqlite" ? "" : `${keys === 1 ? "" : order} FOR UPDATE`;
    return this.#make(`lock ${keys}`, () => this.#select(primaryKey, { ending, keys }));
  }

  #select(columns: readonly string[], { ending = "", keys = 1 }: { ending?: string; keys?: number } = {}): string {
    const where = this.#where(new Writer(this.#dialect), { keys });
    return `SELECT ${columns.map((column) => this.#quote(column)).join(", ")} FROM ${this.#name} WHERE ${where}${ending}`;
  }

  /** MySQL alone: the key that it counted up. */
  lastKey(): Statement {
    return this.#make("last key", () => "SELECT LAST_INSERT_ID() AS id");
  }

  #where(writer: Writer, { keys, unchanged }: Pick<UpdateShape, "keys" | "unchanged">): string {
    const { primaryKey } = this.#table;
    const [only] = primaryKey.length === 1 ? primaryKey : [];
    const row = (): string => primaryKey.map((column) => `${this.#quote(column)} = ${writer.bind()}`).join(" AND ");
    const list = (one: () => string): readonly string[] => Array.from({ length: keys }, one);
    const found =
      only === undefined || keys === 1
        ? list(row)
            .map((text) => `(${text})`)
            .join(" OR ")
        : `${this.#quote(only)} IN (${list(() => writer.bind()).join(", ")})`;
    return unchanged === undefined ? found : `(${found}) AND ${this.#quote(unchanged)} = ${writer.bind()}`;
  }

  get #name(): string {
    return this.#dialect.quote(this.#table.name);
  }

  #quote(column: string): string {
    return this.#dialect.quote(column);
  }

  #make(key: string, write: () => string, facts: Pick<Statement, "adds"> = {}): Statement {
    return this.#keep(key, () => {
      const text = write();
      return { text, reads: text.startsWith("SELECT"), ...facts };
    });
  }
}

/** Counts the binds of one statement. */
class Writer {
  readonly #dialect: Dialect;
  #count = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  bind(): string {
    this.#count += 1;
    return this.#dialect.placeholder(this.#count);
  }
}
