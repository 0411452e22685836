import type { Lexicon } from "./sql/lexicon.ts";

/** The databases that `type:` may name. */
export type DialectName = "postgresql" | "mysql" | "sqlite";

/** How a database wants to be spoken to. */
export interface Dialect {
  readonly name: DialectName;
  readonly lexicon: Lexicon;
  /** How the value at a position, from 1, is written. */
  placeholder(position: number): string;
  /** A name, so that nothing in it is anything else. */
  quote(name: string): string;
  /** What an error of its driver means. */
  explain(error: unknown): Fault;
}

/** What a database says of a statement that failed, in words that hold for each of them. */
export interface Fault {
  readonly kind:
    | "unique"
    | "foreign key"
    | "referenced"
    | "not null"
    | "check"
    | "value"
    /** An expression or a search of the request that it cannot read. */
    | "expression"
    | "timeout"
    | "busy"
    | "read only"
    | "full"
    | "lost"
    | "stale"
    | "statement";
  /** Columns it names. */
  readonly columns?: readonly string[];
  readonly constraint?: string | undefined;
}
