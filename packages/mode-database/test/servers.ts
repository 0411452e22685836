import { describe } from "@jest/globals";
import { randomBytes } from "node:crypto";
import type { DialectName } from "../src/dialect.ts";

/** A kind of database to test with. */
export interface TestDatabase {
  readonly type: DialectName;
  /** URL of the server; `undefined` for a file. */
  readonly url: string | undefined;
}

const urls: Readonly<Record<DialectName, string | undefined>> = {
  sqlite: undefined,
  postgresql: process.env["BW_PG"],
  mysql: process.env["BW_MYSQL"],
};

/** Describes something for every database, or for some. Without its server a database is skipped; on the build server that is a failure. */
export function describeDatabases(
  name: string,
  body: (database: TestDatabase) => void,
  types: readonly DialectName[] = ["sqlite", "postgresql", "mysql"],
): void {
  for (const type of types) {
    const there = type === "sqlite" || urls[type] !== undefined || process.env["CI"] === "true";
    const run = there ? describe : describe.skip;
    run(`${name} (${type})`, () => body({ type, url: urls[type] }));
  }
}

/** The lines of `databases:` that a test begins with; what it makes is its own. */
export function yamlOf({ type, url }: TestDatabase, more: string = ""): string {
  const where = type === "sqlite" ? "file_path: data/test.db" : `connection_string: "${url ?? ""}"`;
  return `databases:\n  main: { type: ${type}, ${where}${more === "" ? "" : `, ${more}`} }\n`;
}

/** A name that no other test has. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(6).toString("hex")}`;
}
