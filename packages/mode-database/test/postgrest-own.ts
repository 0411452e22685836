import { openTestDatabase } from "./open-database.ts";
import { startDatabase } from "./database-rig.ts";
import { send } from "./postgrest-rig.ts";
import type { Answered, Sent } from "./postgrest-rig.ts";
import type { TestDatabase } from "./servers.ts";

/** A served endpoint that answers as PostgREST, over a database of a test's own. */
export interface OwnRest extends AsyncDisposable {
  /** Sends a request, `GET /projects`, and takes the answer apart. */
  send(request: string, options?: Sent): Promise<Answered>;
  /** The body of an answer. */
  json(request: string, options?: Sent): Promise<unknown>;
  /** Status, type and body of what is there at a path for who takes a type; each byte is a character. */
  typed(path: string, accept: string): Promise<readonly [status: number, type: string | null, body: string]>;
  /** Runs a statement. */
  query(statement: string): Promise<unknown>;
}

/**
 * @param statements - make the database
 * @param settings - of `postgrest:`, in braces
 */
export async function startOwn(
  target: TestDatabase,
  statements: readonly string[],
  settings: string = "aggregates: true",
): Promise<OwnRest> {
  const own = await openTestDatabase(target);
  for (const statement of statements) await own.query(statement);
  const rig = await startDatabase(
    { ...target, url: own.url },
    `endpoints: { rest: { path: /rest, database: { dialect: postgrest, postgrest: { ${settings} } } } }\n`,
  );
  return {
    send: (request, options) => send(rig, request, options),
    json: async (request, options) => (await send(rig, request, options)).body,
    async typed(path, accept) {
      const answer = await rig.app.fetch(`/rest${path}`, { headers: { accept } });
      const body = Buffer.from(await answer.arrayBuffer()).toString("latin1");
      return [answer.status, answer.headers.get("content-type"), body];
    },
    query: (statement) => own.query(statement),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}
