import { startApp } from "@backworks/core/testing";
import type { StartAppOptions, StartedApp } from "@backworks/core/testing";
import { database as databaseMode } from "../src/mode.ts";
import type { OwnDatabase } from "./open-database.ts";
import { openTestDatabase } from "./open-database.ts";
import type { TestDatabase } from "./servers.ts";

/** What came back. */
export interface CrudAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON that was read, or the text of anything else; `null` when there was none. */
  readonly body: unknown;
}

/** What is sent besides the request line. */
export interface CrudRequest {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON, unless it is a text: that is sent as it is. */
  readonly body?: unknown;
}

/** Endpoints over a database of their own. */
export interface CrudRig extends AsyncDisposable {
  readonly app: StartedApp;
  readonly database: OwnDatabase;
  /** `GET /products?limit=1`, not percent-encoded. */
  send(request: string, sent?: CrudRequest): Promise<CrudAnswer>;
}

/** How a rig begins. */
export interface CrudRigOptions extends Partial<StartAppOptions> {
  /** Makes tables and rows before the endpoints are there. */
  readonly prepare?: (database: OwnDatabase) => Promise<void>;
  /** Further settings of the database, as YAML. */
  readonly settings?: string;
}

/** Serves `endpoints`, as YAML, over a database that nobody else uses. */
export async function startCrud(
  target: TestDatabase,
  endpoints: string,
  { prepare, settings = "", ...options }: CrudRigOptions = {},
): Promise<CrudRig> {
  const database = await openTestDatabase(target);
  try {
    await prepare?.(database);
    const where = target.type === "sqlite" ? "file_path" : "connection_string";
    const line = `databases:\n  main: { type: ${target.type}, ${where}: ${JSON.stringify(database.url)}${settings} }\n`;
    const app = await startApp({ modes: [databaseMode], ...options, yaml: `name: test\n${line}${endpoints}` });
    return {
      app,
      database,
      send: (request, sent) => send(app, request, sent),
      async [Symbol.asyncDispose]() {
        await app[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

async function send(app: StartedApp, request: string, { headers = {}, body }: CrudRequest = {}): Promise<CrudAnswer> {
  const [method = "", ...rest] = request.split(" ");
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const sent = text === undefined ? {} : { body: text, headers: { "content-type": "application/json", ...headers } };
  const response = await app.fetch(encodeUrl(rest.join(" ")), { method, headers, ...sent });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await bodyOf(response) };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  return response.headers.get("content-type")?.includes("json") === true ? (JSON.parse(text) as unknown) : text;
}

/** A plus in a query is a space, and a per cent sign begins a code: those of a test stand for themselves. */
function encodeUrl(url: string): string {
  const [path = "", ...search] = url.split("?");
  if (search.length === 0) return path;
  return `${path}?${encodeURI(search.join("?").replace(/%(?![0-9A-F]{2})/g, "%25"))
    .replace(/%25([0-9A-F]{2})/g, "%$1")
    .replaceAll("#", "%23")}`;
}
