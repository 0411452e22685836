import { resolve } from "node:path";
import { BackworksError } from "@backworks/core";
import type { ModeContext, ModeHealth, Place } from "@backworks/core";
import { Collections } from "./crud/collection.ts";
import { createDatabase } from "./databases.ts";
import type { OpenDatabase } from "./databases.ts";
import type { Engine } from "./engine.ts";
import { openEngine } from "./engines.ts";
import type { DatabaseOptions } from "./options/databases.ts";
import { Catalogs } from "./postgrest/catalog/catalog-cache.ts";
import { Starting } from "./starting.ts";

/** What the endpoints of one App share. */
export interface DatabaseMode {
  /** By name, in the order of the configuration. */
  readonly databases: ReadonlyMap<string, OpenDatabase>;
  readonly context: ModeContext;
  /** What is done before the first request. */
  readonly starting: Starting;
  /** Tables that endpoints answer by themselves. */
  readonly collections: Collections;
  /** What is known of databases that are asked as PostgREST asks them. */
  readonly catalogs: Catalogs;
}

interface RootValues {
  readonly database?: DatabaseOptions;
  readonly databases?: Readonly<Record<string, DatabaseOptions>>;
}

/** Opens every database of the configuration; nothing is connected to yet. @throws BW_DATABASE_DRIVER_MISSING, BW_DATABASE_SETTING */
export async function openDatabases(context: ModeContext): Promise<DatabaseMode> {
  const databases = new Map<string, OpenDatabase>();
  for (const { name, options, path } of listDatabases(context)) {
    const where = context.place(path);
    const engine = await acquireEngine({ name, options, where }, context);
    databases.set(name, createDatabase({ name, engine, options, where }));
  }
  return {
    databases,
    context,
    starting: new Starting(context),
    collections: new Collections(),
    catalogs: new Catalogs(context.clock),
  };
}

interface NamedDatabase {
  readonly name: string;
  readonly options: DatabaseOptions;
  readonly path: readonly string[];
}

function listDatabases({ values, place }: ModeContext): readonly NamedDatabase[] {
  // Checked by the schemas of the root keys.
  const { database, databases = {} } = values as RootValues;
  const named = Object.entries(databases).map(([name, options]) => ({ name, options, path: ["databases", name] }));
  if (database === undefined) return named;
  if (databases["default"] !== undefined)
    throw setting("default", "both database and databases.default are there", place(["database"]));
  return [{ name: "default", options: database, path: ["database"] }, ...named];
}

/** Engines outlive a reload as long as nothing is said of them that is different. */
function acquireEngine(
  { name, options, where }: { readonly name: string; readonly options: DatabaseOptions; readonly where: Place },
  context: ModeContext,
): Promise<Engine> {
  const url = addressOf({ name, where }, options, context);
  const replicas = (options.replicas ?? []).map((replica) => addressOf({ name, where }, replica, context));
  context.hide([url, ...replicas].flatMap(passwordOf));
  const { pool, type, statement_timeout } = options;
  const key = JSON.stringify([name, type, url, replicas, pool, statement_timeout]);
  return context.resources.acquire(key, {
    open: () => openEngine({ name, options, url, replicas, where, root: context.files.root }, context),
    close: (engine) => engine.close(),
  });
}

interface Address {
  readonly connection_string?: string | undefined;
  readonly connection_string_env?: string | undefined;
  readonly file_path?: string | undefined;
}

/** A URL, or the absolute path of a file. @throws BW_DATABASE_SETTING */
function addressOf(
  { name, where }: { readonly name: string; readonly where: Place },
  { connection_string, connection_string_env, file_path }: Address,
  { environment, files }: ModeContext,
): string {
  if (file_path !== undefined) return file_path === ":memory:" ? file_path : resolve(files.root, file_path);
  const url = connection_string ?? environment[connection_string_env ?? ""];
  if (url === undefined || url === "")
    throw setting(name, `the environment variable ${connection_string_env ?? ""} is not set`, where);
  if (!URL.canParse(url)) throw setting(name, "its connection string is no URL", where);
  return url;
}

function passwordOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  return password === "" ? [] : [password, decodeURIComponent(password)];
}

function setting(database: string, problem: string, where: Place): BackworksError {
  return new BackworksError("BW_DATABASE_SETTING", { database, problem }, { where });
}

const ranks = { healthy: 0, degraded: 1, unhealthy: 2 } as const;

/** The mode is as its worst database is. */
export function healthOfDatabases({ databases }: DatabaseMode): ModeHealth {
  const reports = [...databases.values()].map(({ name, engine }) => ({ name, health: engine.health() }));
  const [worst] = reports.toSorted((one, other) => ranks[other.health.status] - ranks[one.health.status]);
  if (worst === undefined) return { status: "healthy" };
  const { status, message } = worst.health;
  const details = Object.fromEntries(
    reports.map(({ name, health }) => [name, { status: health.status, message: health.message, ...health.details }]),
  );
  return { status, message: message === undefined ? undefined : `${worst.name}: ${message}`, details };
}
