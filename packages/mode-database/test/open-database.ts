import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, systemScheduler } from "@backworks/core/testing";
import { createDatabase } from "../src/databases.ts";
import type { OpenDatabase } from "../src/databases.ts";
import { openEngine } from "../src/engines.ts";
import { databaseSchema } from "../src/options/databases.ts";
import type { DatabaseOptions } from "../src/options/databases.ts";
import { uniqueName } from "./servers.ts";
import type { TestDatabase } from "./servers.ts";

/** An empty database of a test, gone at the end of the scope. */
export interface OwnDatabase extends OpenDatabase, AsyncDisposable {
  readonly url: string;
  /** The same database, opened once more. */
  another(): Promise<OwnDatabase>;
}

const place = { source: { file: "test.yaml", text: "" }, line: 1, column: 1, length: 1 };

/** Makes an empty database and opens it. @param name - of a server's; another for each test when it is left out */
export async function openTestDatabase(
  target: TestDatabase,
  more: Partial<DatabaseOptions> = {},
  name: string = uniqueName("bw"),
): Promise<OwnDatabase> {
  if (target.url === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "backworks-database-"));
    return open(target, {
      url: join(folder, "test.db"),
      more,
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    });
  }
  const server = open(target, { url: target.url, more: {}, remove: async () => {} });
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(target.url);
  url.pathname = `/${name}`;
  const remove = async (): Promise<void> => {
    await server.query(target.type === "postgresql" ? `DROP DATABASE ${name} WITH (FORCE)` : `DROP DATABASE ${name}`);
    await server.engine.close();
  };
  return open(target, { url: url.href, more, remove });
}

interface Opening {
  readonly url: string;
  readonly more: Partial<DatabaseOptions>;
  remove(): Promise<void>;
}

function open({ type, url: server }: TestDatabase, { url, more, remove }: Opening): OwnDatabase {
  const where = server === undefined ? { file_path: url } : { connection_string: url };
  const options = { ...databaseSchema.parse({ type, ...where }), ...more };
  const engine = openEngine(
    { name: "main", options, url, replicas: [], where: place, root: process.cwd() },
    { clock: systemClock, scheduler: systemScheduler },
  );
  const database = createDatabase({ name: "main", engine, options, where: place });
  const another = async (): Promise<OwnDatabase> => open({ type, url: server }, { url, more, remove: async () => {} });
  return {
    ...database,
    url,
    another,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await remove();
    },
  };
}
