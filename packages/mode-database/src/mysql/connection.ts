import type { Connection, FieldPacket, QueryError, ResultSetHeader } from "mysql2";
import type { Result, Row, Statement } from "../engine.ts";
import { Loss } from "../pool/loss.ts";
import type { SqlConnection } from "../pool/pooled-engine.ts";
import { toScalarBind } from "../values/to-bind.ts";
import { onceStatement } from "../statement.ts";
import { inUtc, isElsewhere, refuseCutTimes, sendInUtc } from "./refused-time.ts";
import { toRows } from "./rows.ts";

/** The part of the package `mysql2` that is used. */
export interface MysqlDriver {
  createConnection(options: Readonly<Record<string, unknown>>): Connection;
}

/** What a connection is opened with. */
export interface MysqlTarget {
  readonly url: string;
  readonly connectMs: number;
  /** Longest time of one statement, in milliseconds; 0 for no limit. */
  readonly statementMs: number;
}

/** Opens a connection whose times are UTC. */
export async function connectMysql(driver: MysqlDriver, target: MysqlTarget): Promise<SqlConnection> {
  const connection = driver.createConnection({
    uri: target.url,
    connectTimeout: target.connectMs,
    charset: "utf8mb4",
    timezone: "Z",
    dateStrings: true,
    supportBigNumbers: true,
    enableKeepAlive: true,
  });
  const loss = new Loss();
  /** The driver forgets whom it owes an answer when the connection ends. */
  const owed = new Set<(error: unknown) => void>();
  loss.whenHappened((cause) => {
    const error = Object.assign(new Error("the connection has ended", { cause }), { fatal: true });
    for (const refuse of owed) refuse(error);
  });
  connection.on("error", (error) => loss.happen(error));
  connection.on("end", () => loss.happen(undefined));
  let mariadb: boolean;
  try {
    await opened(connection);
    mariadb = await prepareSession(connection, target.statementMs);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return {
    run: (statement, binds) => run(connection, statement, { values: binds.map(toValue), owed, mariadb }),
    onLost: (told) => loss.whenHappened(told),
    async close() {
      loss.happen(undefined);
      connection.destroy();
    },
  };
}

function opened(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error === null ? resolve() : reject(error)));
  });
}

/** @returns whether it is MariaDB */
async function prepareSession(connection: Connection, statementMs: number): Promise<boolean> {
  // Lists of related rows are put together by the server, which would cut them short without a word.
  await ask(connection, "SET time_zone = '+00:00', group_concat_max_len = 1073741824");
  const [row] = (await ask(connection, "SELECT VERSION() AS version")) as readonly Row[];
  const mariadb = /mariadb/i.test(String(row?.["version"]));
  const limit = mariadb
    ? `max_statement_time = ${statementMs / 1000}`
    : `max_execution_time = ${Math.ceil(statementMs)}`;
  if (statementMs > 0) await ask(connection, `SET SESSION ${limit}`);
  return mariadb;
}

function ask(connection: Connection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error: QueryError | null, rows: unknown) =>
      error === null ? resolve(rows) : reject(error),
    );
  });
}

type Answer = readonly Row[] | ResultSetHeader;

interface Asked {
  readonly values: readonly unknown[];
  readonly owed: Set<(error: unknown) => void>;
}

function run(
  connection: Connection,
  statement: Statement,
  { values, owed, mariadb }: Asked & { readonly mariadb: boolean },
): Promise<Result> {
  const sendOnly = (changed: readonly unknown[]): Promise<Result> =>
    send(connection, statement, { values: changed, owed });
  const sendAndHear = async (changed: readonly unknown[]): Promise<Result> => {
    // The one behind the other, so that the warnings are those of the statement.
    const both = [sendOnly(changed), send(connection, showWarnings, { values: [], owed })] as const;
    const [result, { rows }] = await Promise.all(both);
    refuseCutTimes(rows, changed);
    return result;
  };
  const cuts = mariadb && values.some(isElsewhere);
  // Of what was deleted a warning comes too late.
  const safe = cuts && /^\s*DELETE\b/i.test(statement.text) ? values.map(inUtc) : values;
  const sendWith = cuts && statement.reads ? sendAndHear : sendOnly;
  return sendWith(safe).catch((error: unknown) => sendInUtc(sendWith, safe, error));
}

const showWarnings = onceStatement("SHOW WARNINGS", true);

/** A statement without a name is not prepared where it has no values: not all of them can be. */
function send(connection: Connection, { name, text }: Statement, { values, owed }: Asked): Promise<Result> {
  return new Promise((resolve, reject) => {
    owed.add(reject);
    const done = (error: QueryError | null, answer: unknown, fields: readonly FieldPacket[] | undefined): void => {
      owed.delete(reject);
      // What the driver calls back with: rows, or what became of a change.
      if (error === null) resolve(toResult(answer as Answer, fields ?? []));
      else reject(error);
    };
    if (name === "" && values.length === 0) connection.query(text, done);
    else connection.execute(text, values as never[], done);
  });
}

function toResult(answer: Answer, fields: readonly FieldPacket[]): Result {
  if (!isRows(answer)) return { rows: [], count: answer.affectedRows, gives: false };
  return { rows: toRows(answer, fields), count: answer.length, gives: true };
}

function isRows(answer: Answer): answer is readonly Row[] {
  return Array.isArray(answer);
}

/** Whole numbers are sent as texts: the driver would send a double, which LIMIT does not take. */
function toValue(value: unknown): unknown {
  const bind = toScalarBind(value);
  if (typeof bind === "bigint" || Number.isInteger(bind)) return String(bind);
  return bind;
}
