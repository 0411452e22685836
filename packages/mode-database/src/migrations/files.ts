import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BackworksError } from "@backworks/core";

/** A migration as it stands in its folder. */
export interface Migration {
  /** Name of the file without its ending: `0001_users`. */
  readonly name: string;
  readonly up: string;
  /** Takes it back; `undefined` when there is no `….down.sql`. */
  readonly down: string | undefined;
  /** Of `up`; line endings do not matter. */
  readonly checksum: string;
}

const backwards = ".down.sql";

/** Migrations of a folder in the order of their names; none when there is no folder. @throws BW_DATABASE_MIGRATION */
export function listMigrations(folder: string): readonly Migration[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  const names = files.filter((file) => !file.endsWith(backwards)).map((file) => file.slice(0, -".sql".length));
  for (const file of files) {
    const name = file.slice(0, -backwards.length);
    if (file.endsWith(backwards) && !names.includes(name))
      throw new BackworksError("BW_DATABASE_MIGRATION", {
        migration: name,
        problem: `there is ${file} and no ${name}.sql`,
      });
  }
  return names.toSorted().map((name) => readMigration(folder, name));
}

function readMigration(folder: string, name: string): Migration {
  const up = readFileSync(join(folder, `${name}.sql`), "utf8");
  const back = join(folder, name + backwards);
  const checksum = createHash("sha256").update(up.replaceAll("\r\n", "\n").trim()).digest("hex");
  return { name, up, down: existsSync(back) ? readFileSync(back, "utf8") : undefined, checksum };
}
