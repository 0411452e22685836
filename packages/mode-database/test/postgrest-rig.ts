import { openTestDatabase } from "./open-database.ts";
import type { DatabaseRig } from "./database-rig.ts";
import { startDatabase } from "./database-rig.ts";
import { postgrestSchema } from "./postgrest-schema.ts";
import type { TestDatabase } from "./servers.ts";

/** A served endpoint that answers as PostgREST, over a database of its own. */
export interface PostgrestRig extends DatabaseRig {
  /** Where the endpoint is. */
  readonly url: string;
  /** Sends a request, `GET /projects`, and takes the answer apart. */
  send(request: string, options?: Sent): Promise<Answered>;
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** A text as it is; everything else as JSON. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; `undefined` when it is none. */
  readonly body: unknown;
}

/** @param settings - further lines of `postgrest:`, in braces */
export async function startPostgrest(target: TestDatabase, settings: string = ""): Promise<PostgrestRig> {
  const own = await openTestDatabase(target);
  for (const statement of postgrestSchema) await own.query(statement);
  const more = settings === "" ? "" : `, ${settings}`;
  const rig = await startDatabase(
    { ...target, url: own.url },
    `endpoints:
  rest:
    path: /rest
    database: { dialect: postgrest, postgrest: { schemas: [public, api]${more} } }
`,
  );
  return {
    ...rig,
    url: `${rig.app.url}/rest`,
    send: (request, options) => send(rig, request, options),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

/** Sends a request to an endpoint at `/rest`. */
export async function send(
  { app }: DatabaseRig,
  request: string,
  { headers = {}, body }: Sent = {},
): Promise<Answered> {
  const at = request.indexOf(" ");
  const [method, path] = [request.slice(0, at), request.slice(at + 1)];
  const json = body !== undefined && typeof body !== "string";
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await app.fetch(`/rest${path}`, {
    method,
    headers: { ...(json ? { "content-type": "application/json" } : {}), ...headers },
    ...(body === undefined ? {} : { body: text }),
  });
  const found = await response.text();
  return { status: response.status, headers: response.headers, text: found, body: parse(found) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
