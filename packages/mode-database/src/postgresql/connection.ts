import type { Client, ClientConfig } from "pg";
import type { Result, Row, Statement } from "../engine.ts";
import { Loss } from "../pool/loss.ts";
import type { SqlConnection } from "../pool/pooled-engine.ts";
import { toBind } from "../values/to-bind.ts";
import { types } from "./types.ts";

/** The part of the package `pg` that is used. */
export interface PgDriver {
  // Its types leave out that it need not keep a process alive.
  readonly Client: new (config: ClientConfig & { readonly pipeline?: boolean }) => Client & { unref(): void };
}

/** What a connection is opened with. */
export interface PgTarget {
  readonly url: string;
  readonly connectMs: number;
  /** Longest time of one statement, in milliseconds; 0 for no limit. */
  readonly statementMs: number;
}

/** Opens a connection on which statements do not wait for the answers of those before. */
export async function connectPostgresql(
  driver: PgDriver,
  { url, connectMs, statementMs }: PgTarget,
): Promise<SqlConnection> {
  const client = new driver.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    application_name: "backworks",
    options: "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1",
    keepAlive: true,
    pipeline: true,
    // `pg` has a wider type for it, of which this is all that is asked.
    types: types,
  });
  const loss = new Loss();
  client.on("error", (error) => loss.happen(error));
  client.on("end", () => loss.happen(undefined));
  await client.connect();
  const end = async (): Promise<void> => {
    loss.happen(undefined);
    await client.end().catch(() => {});
  };
  return {
    run: (statement, binds) => run(client, statement, binds),
    onLost: (told) => loss.whenHappened(told),
    close: end,
  };
}

/** Opens a connection that waits for what the server says; it keeps no process alive. */
export async function connectListening({ Client }: PgDriver, { url, connectMs }: PgTarget): Promise<Client> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    application_name: "backworks",
    keepAlive: true,
  });
  // Until somebody listens: an error is told by `connect`, too.
  client.on("error", () => {});
  await client.connect();
  client.unref();
  return client;
}

async function run(client: Client, { name, text }: Statement, binds: readonly unknown[]): Promise<Result> {
  const values = binds.map((value) => toValue(toBind(value)));
  const { rows, rowCount, fields } = await client.query<Row>(name === "" ? { text, values } : { name, text, values });
  return { rows, count: rowCount ?? rows.length, gives: fields.length > 0 };
}

/** The driver writes lists as arrays of the database and needs to be told what is JSON. */
function toValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.some(isStructure) ? JSON.stringify(value) : value;
  return isStructure(value) ? JSON.stringify(value) : value;
}

function isStructure(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}
