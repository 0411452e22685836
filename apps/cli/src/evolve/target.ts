import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BackworksError, suggest } from "@backworks/core";

/** The database that gets the tables. */
export interface Target {
  readonly name: string;
  /** As the configuration has it, or as it will. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether the configuration does not have it yet. */
  readonly isNew: boolean;
  /** Whether an endpoint has to say `use:`. */
  readonly named: boolean;
}

/** What a configuration without databases gets. */
const embedded = { type: "sqlite", file_path: "./data/app.db", migrations: { auto: true } };

/** The database that `use` names, or that an endpoint would mean without a word. @throws BW_DATABASE_UNKNOWN, BW_CLI_USAGE */
export function chooseTarget(value: Readonly<Record<string, unknown>>, use: string | undefined): Target {
  const { database, databases } = value as { readonly database?: object; readonly databases?: object };
  const known = new Map<string, object>(
    Object.entries({ ...databases, ...(database === undefined ? {} : { default: database }) }),
  );
  if (known.size === 0) return { name: use ?? "main", options: embedded, isNew: true, named: false };
  const name = use ?? (known.size === 1 ? [...known.keys()][0] : known.has("default") ? "default" : undefined);
  if (name === undefined) {
    const hint = `--use ${[...known.keys()].join(" or ")}`;
    throw new BackworksError("BW_CLI_USAGE", { problem: "there are several databases" }, { hint });
  }
  const options = known.get(name);
  if (options === undefined) throw unknown(name, [...known.keys()]);
  return { name, options: { ...options }, isNew: false, named: known.size > 1 && name !== "default" };
}

function unknown(database: string, names: readonly string[]): BackworksError {
  const near = suggest(database, names);
  const hint = near === undefined ? `databases are ${names.join(", ")}` : `did you mean ${near}?`;
  return new BackworksError("BW_DATABASE_UNKNOWN", { database }, { hint });
}

/** A database to try things in. */
export interface TrialDatabase {
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether it is the very database, from which everything has to be taken away again. */
  readonly isReal: boolean;
  /** Removes a copy. */
  remove(): void;
}

/** A copy of a file; of a server the database itself, without replicas that may lag behind. @throws BW_CLI_EVOLVE */
export function openTrial({ name, options }: Target, root: string): TrialDatabase {
  const { replicas: _lagging, ...own } = options;
  const migrations = { ...(own["migrations"] as object | undefined), auto: false };
  if (own["type"] !== "sqlite") return { options: { ...own, migrations }, isReal: true, remove: () => {} };
  const file = String(own["file_path"]);
  if (file === ":memory:")
    throw new BackworksError(
      "BW_CLI_EVOLVE",
      { endpoint: name, problem: "a database in memory is gone with its process" },
      { hint: "give it a file_path" },
    );
  const folder = mkdtempSync(join(tmpdir(), "backworks-evolve-"));
  const copy = join(folder, "trial.db");
  for (const ending of ["", "-wal"]) {
    const from = resolve(root, file) + ending;
    if (existsSync(from)) copyFileSync(from, copy + ending);
  }
  return {
    options: { ...own, file_path: copy, migrations },
    isReal: false,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
