import { databasesService, defineMode } from "@backworks/core";
import type { Database, Mode } from "@backworks/core";
import { startApp } from "@backworks/core/testing";
import type { StartAppOptions, StartedApp } from "@backworks/core/testing";
import { any, object } from "zod/mini";
import { database as databaseMode } from "../src/mode.ts";
import type { TestDatabase } from "./servers.ts";
import { yamlOf } from "./servers.ts";

/** A served configuration with the database that it uses. */
export interface DatabaseRig extends AsyncDisposable {
  readonly app: StartedApp;
  readonly database: Database;
  /** Runs a statement. */
  run(sql: string, binds?: readonly unknown[]): ReturnType<Database["query"]>;
  /** Asks, and reads JSON; `undefined` for an empty body. */
  ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }>;
}

/** Serves endpoints over a database of a test. */
export async function startDatabase(
  target: TestDatabase,
  endpoints: string,
  options: Partial<StartAppOptions> & { readonly settings?: string } = {},
): Promise<DatabaseRig> {
  const { settings, ...others } = options;
  const found: Database[] = [];
  const yaml = `name: test\n${yamlOf(target, settings)}${endpoints}spy: {}\n`;
  const app = await startApp({ modes: [databaseMode, spyMode(found)], ...others, yaml });
  const [database] = found;
  if (database === undefined) throw new Error("no database is offered");
  return {
    app,
    database,
    run: (sql, binds) => database.query(sql, binds),
    async ask(method, path, body) {
      const json =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const response = await app.fetch(path, { method, ...json });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** A mode that takes what the database mode offers, as others do. */
function spyMode(found: Database[]): Mode {
  return defineMode({
    name: "spy",
    description: "Keeps what it is offered.",
    endpointKeys: { spy: any() },
    rootKeys: { spy: object({}) },
    uses: [databasesService],
    open(context) {
      const database = context.service(databasesService).find("main");
      if (database !== undefined) found.push(database);
    },
    compile: () => [],
  });
}
