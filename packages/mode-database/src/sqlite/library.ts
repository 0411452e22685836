import { createRequire } from "node:module";
import type { DriverSources } from "../driver.ts";
import { findDriver, loadDriver } from "../driver.ts";
import { openWithDriver } from "./with-driver.ts";
import type { DriverConstructor } from "./with-driver.ts";
import { openWithNode } from "./with-node.ts";
import type { NodeSqlite } from "./with-node.ts";

/** An open SQLite file, whichever library has it open. */
export interface SqliteFile {
  prepare(text: string): SqliteStatement;
  /** Runs statements that give nothing, several at once. */
  exec(text: string): void;
  close(): void;
}

/** A prepared statement. Values are `null`, text, bytes, floats, and big integers for whole numbers, both ways. */
export interface SqliteStatement {
  /** Empty for a statement that gives no rows. */
  readonly columns: readonly SqliteColumn[];
  all(binds: readonly unknown[]): readonly (readonly unknown[])[];
  /** The row of a statement that reads and finds one at most. */
  first(binds: readonly unknown[]): readonly unknown[] | undefined;
  /** Rows that were changed. */
  run(binds: readonly unknown[]): number;
}

export interface SqliteColumn {
  readonly name: string;
  /** As the table declares it; `undefined` for what is computed. */
  readonly declared: string | undefined;
}

/** Opens a file, which is made when it is not there. */
export type OpenFile = (file: string) => SqliteFile;

/**
 * SQLite of Node where it has one, otherwise of a package.
 *
 * @throws BW_DATABASE_DRIVER_MISSING
 */
export function loadSqlite(sources: DriverSources): OpenFile {
  const builtIn = ofNode();
  if (builtIn !== undefined) return (file) => openWithNode(builtIn, file);
  const brought = findDriver<DriverConstructor>("libsql", sources.root) ?? broughtByProject(sources.root);
  const driver = brought ?? loadDriver<DriverConstructor>("libsql", sources);
  return (file) => openWithDriver(driver, file);
}

/** Node has it from 22.13 on. */
function ofNode(): NodeSqlite | undefined {
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: string) => unknown };
  // The module as Node documents it, of which a part is used.
  return getBuiltinModule?.("node:sqlite") as NodeSqlite | undefined;
}

/** From version 13 on it ends a process of Node 20 without a word. */
function broughtByProject(root: string): DriverConstructor | undefined {
  const require = createRequire(`${root}/package.json`);
  try {
    const { version } = require("better-sqlite3/package.json") as { readonly version: string };
    const fits = Number.parseInt(version, 10) < 13 || Number.parseInt(process.versions.node, 10) >= 22;
    return fits ? findDriver<DriverConstructor>("better-sqlite3", root) : undefined;
  } catch {
    // The project does not bring it.
    return undefined;
  }
}
