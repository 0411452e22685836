import type { Database, DatabaseResult, Databases, Place } from "@backworks/core";
import type { Engine, Result, Statement } from "./engine.ts";
import type { DatabaseOptions } from "./options/databases.ts";
import { explain } from "./failure.ts";
import { channelOf } from "./schema/channel.ts";
import { KnownSchema } from "./schema/known-schema.ts";
import { parseSql } from "./sql/parse.ts";
import { SqlProblem } from "./sql/problem.ts";
import { onceStatement, toStatement } from "./statement.ts";
import { BackworksError } from "@backworks/core";

/** A database of the configuration, open. */
export interface OpenDatabase extends Database {
  readonly name: string;
  readonly engine: Engine;
  readonly options: DatabaseOptions;
  /** Where the configuration has it. */
  readonly where: Place;
  /** Its structure, read when it is first needed; what goes wrong is one of our errors. */
  readonly schema: Pick<KnownSchema, "get" | "refresh" | "close">;
  /** Runs a statement of the configuration; what goes wrong is one of our errors. */
  run(statement: Statement, binds: readonly unknown[], signal?: AbortSignal): Result | Promise<Result>;
}

/** Statements of handlers that are kept compiled. */
const mostKept = 1000;

export function createDatabase(parts: Pick<OpenDatabase, "name" | "engine" | "options" | "where">): OpenDatabase {
  const { engine, name } = parts;
  const kept = new Map<string, WrittenStatement>();
  const limitMs = parts.options.statement_timeout;
  const fail = (error: unknown): never => {
    throw explain(error, { database: name, dialect: engine.dialect, limit: String(limitMs) });
  };
  const run: OpenDatabase["run"] = (statement, binds, signal) => {
    try {
      const result = engine.run(statement, binds, signal);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
  const known = new KnownSchema(engine, channelOf(parts.options));
  const schema: OpenDatabase["schema"] = {
    get() {
      const found = known.get();
      return found instanceof Promise ? found.catch(fail) : found;
    },
    refresh: () => known.refresh().catch(fail),
    close: () => known.close(),
  };
  const write = (sql: string): WrittenStatement => {
    const written = kept.get(sql) ?? writeStatement(sql, engine, kept.size < mostKept);
    if (kept.size < mostKept) kept.set(sql, written);
    return written;
  };
  return {
    ...parts,
    schema,
    run,
    async query(sql, binds = [], { signal } = {}): Promise<DatabaseResult> {
      const { statement, order } = write(sql);
      const { rows, count } = await run(
        statement,
        order.map((index) => binds[index]),
        signal,
      );
      return { rows, rowCount: count };
    },
  };
}

interface WrittenStatement {
  readonly statement: Statement;
  /** Which bind stands where, from 0. */
  readonly order: readonly number[];
}

/** A statement of a handler: `$1` and `?` as its database writes them. @throws BW_DATABASE_SQL */
function writeStatement(sql: string, { dialect }: Engine, keep: boolean): WrittenStatement {
  const { pieces, slots, reads } = parse(sql, dialect);
  const order = slots.map((slot) => {
    if (slot.kind === "parameter") return slot.index;
    throw refusal("it has an expression", "give the value as a bind: $1");
  });
  const text = pieces.map((piece, index) => (index === 0 ? piece : dialect.placeholder(index) + piece)).join("");
  return { statement: keep ? toStatement(text, reads) : onceStatement(text, reads), order };
}

function parse(sql: string, { lexicon }: Engine["dialect"]): ReturnType<typeof parseSql> {
  try {
    return parseSql(sql, lexicon);
  } catch (error) {
    if (error instanceof SqlProblem) throw refusal(error.message, error.hint);
    throw error;
  }
}

function refusal(problem: string, hint: string | undefined): BackworksError {
  return new BackworksError("BW_DATABASE_SQL", { path: "what a handler gave", problem }, { hint });
}

/** What other modes get. */
export function toService(databases: ReadonlyMap<string, OpenDatabase>): Databases {
  return { names: [...databases.keys()], find: (name) => databases.get(name) };
}
