import type { ModeContext, Place } from "@backworks/core";
import type { Engine } from "./engine.ts";
import { loadDriver } from "./driver.ts";
import { connectMysql } from "./mysql/connection.ts";
import type { MysqlDriver } from "./mysql/connection.ts";
import { mysql } from "./mysql/dialect.ts";
import type { DatabaseOptions } from "./options/databases.ts";
import { defaultPool } from "./options/databases.ts";
import { toMs } from "@backworks/option-values";
import { Pool } from "./pool/pool.ts";
import type { PoolSettings } from "./pool/pool.ts";
import { PooledEngine } from "./pool/pooled-engine.ts";
import type { Hearing, SqlConnection } from "./pool/pooled-engine.ts";
import { connectListening, connectPostgresql } from "./postgresql/connection.ts";
import type { PgDriver } from "./postgresql/connection.ts";
import { postgresql } from "./postgresql/dialect.ts";
import { Listener } from "./postgresql/listener.ts";
import { SqliteEngine } from "./sqlite/engine.ts";
import { loadSqlite } from "./sqlite/library.ts";
import { inMemory, openSession } from "./sqlite/open-file.ts";
import { openThread } from "./sqlite/thread.ts";

/** A database that is to be opened. */
export interface EngineSource {
  readonly name: string;
  readonly options: DatabaseOptions;
  /** URL, or absolute path of a file. */
  readonly url: string;
  readonly replicas: readonly string[];
  readonly where: Place;
  /** Absolute path of the project's root. */
  readonly root: string;
}

type World = Pick<ModeContext, "clock" | "scheduler">;

/** Makes ready what a database of this type needs; connects to nothing. @throws BW_DATABASE_DRIVER_MISSING */
export function openEngine(source: EngineSource, world: World): Engine {
  return openers[source.options.type](source, world);
}

const openers: Readonly<Record<DatabaseOptions["type"], (source: EngineSource, world: World) => Engine>> = {
  postgresql(source, world) {
    const driver = loadDriver<PgDriver>("pg", sourcesOf(source));
    const connect = (url: string) => () => connectPostgresql(driver, { url, ...limitsOf(source) });
    const listening = (): ReturnType<typeof connectListening> =>
      connectListening(driver, { url: source.url, ...limitsOf(source) });
    const hearing = new Listener({ scheduler: world.scheduler, connect: listening });
    return pooled(source, world, { dialect: postgresql, depth: pipelineDepth, connect, hearing });
  },
  mysql(source, world) {
    const driver = loadDriver<MysqlDriver>("mysql2", sourcesOf(source));
    const connect = (url: string) => () => connectMysql(driver, { url, ...limitsOf(source) });
    return pooled(source, world, { dialect: mysql, depth: 1, connect });
  },
  sqlite: openSqlite,
};

/** Statements that PostgreSQL may have been sent ahead on one connection. */
const pipelineDepth = 32;

interface Server {
  readonly dialect: Engine["dialect"];
  readonly depth: number;
  connect(url: string): () => Promise<SqlConnection>;
  readonly hearing?: Hearing;
}

function pooled(source: EngineSource, world: World, { dialect, depth, connect, hearing }: Server): Engine {
  const make = (url: string): Pool<SqlConnection> =>
    new Pool({ ...settingsOf(source), depth }, { ...world, connect: connect(url) });
  return new PooledEngine(dialect, { primary: make(source.url), replicas: source.replicas.map(make), hearing });
}

function openSqlite(source: EngineSource, world: World): Engine {
  const { url: file, root, options } = source;
  const open = loadSqlite(sourcesOf(source));
  const { connectMs: lockMs, statementMs } = limitsOf(source);
  const connect = (): Promise<SqlConnection> => openThread({ file, root, lockMs });
  const settings = settingsOf(source);
  const writer = new Pool<SqlConnection>({ ...settings, min: 1, max: 1, depth: 1 }, { ...world, connect });
  const inFile = file !== inMemory;
  const threads = options.pool?.max_connections ?? readingThreads;
  const readers = inFile
    ? new Pool<SqlConnection>({ ...settings, max: threads, depth: 1 }, { ...world, connect })
    : writer;
  // What runs here waits for no lock: a thread does.
  const openHere = inFile ? () => openSession(open, file, { lockMs: 0 }) : undefined;
  return new SqliteEngine({ writer, readers, openHere, scheduler: world.scheduler, statementMs });
}

/** Threads that read from one file unless the configuration says how many. */
const readingThreads = 2;

function sourcesOf({ name: database, root, where }: EngineSource): Parameters<typeof loadDriver>[1] {
  return { database, root, where };
}

function limitsOf({ options }: EngineSource): { readonly connectMs: number; readonly statementMs: number } {
  const { connection_timeout } = options.pool ?? defaultPool;
  const { statement_timeout } = options;
  return {
    connectMs: toMs(connection_timeout),
    statementMs: statement_timeout === false ? 0 : toMs(statement_timeout),
  };
}

function settingsOf({ name, options }: EngineSource): Omit<PoolSettings, "depth"> {
  const pool = options.pool ?? defaultPool;
  return {
    database: name,
    min: Math.min(pool.min_connections, pool.max_connections),
    max: pool.max_connections,
    maxWaiting: pool.queue,
    waitMs: toMs(pool.connection_timeout),
    idleMs: toMs(pool.idle_timeout),
  };
}
