import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  enum as oneOf,
  literal,
  minLength,
  optional,
  record,
  regex,
  strictObject,
  string,
  union,
} from "zod/mini";
import { postgrestSchema } from "../postgrest/options.ts";
import { count, duration, timeLimit } from "@backworks/option-values";

const text = string().check(minLength(1));
const variable = string().check(regex(/^[A-Za-z_]\w*$/, "must be the name of an environment variable"));

const pool = strictObject({
  min_connections: _default(count(0, 1000), 0).check(describe("Connections that are always there.")),
  max_connections: _default(count(1, 1000), 10).check(
    describe("Connections at most; of SQLite threads that read. Each process has its own."),
  ),
  connection_timeout: _default(duration(), 5).check(
    describe("Longest wait for a connection, and of SQLite for a lock; then 503."),
  ),
  idle_timeout: _default(duration(), 30).check(describe("A connection that nobody used for so long is closed.")),
  queue: _default(count(0, 1_000_000), 1000).check(
    describe("Requests that wait for a connection at most; one more gets 503 at once."),
  ),
}).check(describe("How many connections there are and how long they are waited for."));

const replica = strictObject({
  connection_string: optional(text).check(describe("URL of the replica.")),
  connection_string_env: optional(variable).check(describe("Environment variable with that URL.")),
});

const migrations = strictObject({
  dir: _default(text, "./migrations").check(describe("Folder with the SQL files, below the project's root.")),
  auto: _default(boolean(), false).check(describe("Whether a start runs what is pending, before the first request.")),
}).check(describe("Changes of the database's structure, as SQL files."));

/** One database, of `databases:` or `database:`. */
const database = strictObject({
  type: oneOf(["sqlite", "postgresql", "mysql"]).check(
    describe("`sqlite`, `postgresql` or `mysql`, which is MariaDB too."),
  ),
  connection_string: optional(text).check(
    describe("Where it is: `postgresql://user:${PASSWORD}@host:5432/name`, `mysql://…`."),
  ),
  connection_string_env: optional(variable).check(describe("Environment variable that says where it is.")),
  file_path: optional(text).check(describe("File of SQLite below the project's root, or `:memory:`.")),
  pool: optional(pool),
  statement_timeout: _default(timeLimit(), "10s").check(describe("Longest time of one statement; then 504.")),
  replicas: optional(array(replica)).check(
    describe("Copies that only read; statements that change nothing go there in turn. Not for SQLite."),
  ),
  migrations: optional(migrations),
  dialect: optional(oneOf(["postgrest"])).check(
    describe("`postgrest`: endpoints with `auto_crud` answer as PostgREST does. PostgreSQL only."),
  ),
  postgrest: optional(postgrestSchema),
  schema_channel: optional(union([literal(false), text])).check(
    describe(
      "Channel on which PostgreSQL tells that tables have changed (`NOTIFY backworks`), so that they are read again; `false` for none. Left out: `backworks`, and `pgrst` for `dialect: postgrest`.",
    ),
  ),
}).check(({ value, issues }) => {
  const problem = problemOf(value) ?? dialectProblem(value);
  if (problem !== undefined) issues.push({ code: "custom", message: problem, input: value });
});

/** What the type needs and does not know. */
function problemOf({
  type,
  connection_string,
  connection_string_env,
  file_path,
  replicas,
  schema_channel,
}: Addresses): string | undefined {
  if (schema_channel !== undefined && type !== "postgresql") return `has schema_channel, which only postgresql has`;
  const urls = [connection_string, connection_string_env].filter((one) => one !== undefined).length;
  if (type === "sqlite") {
    if (urls > 0) return "is a file: sqlite has file_path and no connection_string";
    if (replicas !== undefined) return "is a file: sqlite has no replicas";
    return file_path === undefined ? "needs file_path" : undefined;
  }
  if (file_path !== undefined) return `is a server: ${type} has connection_string and no file_path`;
  if (urls === 0) return "needs connection_string or connection_string_env";
  return urls === 2 ? "has both connection_string and connection_string_env" : undefined;
}

function dialectProblem({ type, dialect, postgrest }: Readonly<Record<string, unknown>>): string | undefined {
  if (type === "postgresql" || (dialect === undefined && postgrest === undefined)) return undefined;
  return `has ${dialect === undefined ? "postgrest" : "dialect: postgrest"}, which needs type: postgresql`;
}

interface Addresses {
  readonly type: string;
  readonly connection_string?: string | undefined;
  readonly connection_string_env?: string | undefined;
  readonly file_path?: string | undefined;
  readonly replicas?: unknown;
  readonly schema_channel?: unknown;
}

/** `databases:` — databases by name. */
export const databasesSchema = record(
  string().check(regex(/^[A-Za-z_][\w-]*$/, "must be a name of letters, digits, _ and -")),
  database,
).check(describe("Databases by a name that endpoints (`database: { use: … }`) and handlers use."));

/** `database:` — one database, called `default`. */
export const databaseSchema = database.check(describe("A database called `default`."));

export type DatabaseOptions = output<typeof database>;
export type PoolOptions = NonNullable<DatabaseOptions["pool"]>;

/** Settings of a pool that says nothing. */
export const defaultPool: PoolOptions = pool.parse({});
/** Settings of migrations that say nothing. */
export const defaultMigrations: NonNullable<DatabaseOptions["migrations"]> = migrations.parse({});
