import { isDeepStrictEqual } from "node:util";
import { BackworksError } from "@backworks/core";
import type { JsonValue, OpenApp } from "@backworks/core";
import { askJson } from "./ask-json.ts";
import type { MockEndpoint } from "./mock-endpoint.ts";

/** One row of a mock. */
export type Row = Readonly<Record<string, JsonValue | undefined>>;

/** What a mock holds. */
export interface MockRows {
  readonly rows: readonly Row[];
  /** Key below which it puts its list. */
  readonly wrap: string | undefined;
}

/** Every row of a mock, as a client reads them. @throws BW_CLI_EVOLVE */
export function readRows(app: Pick<OpenApp, "inject">, mock: MockEndpoint): Promise<MockRows> {
  return mock.source.kind === "resource" ? readPages(app, mock, mock.source.resource.page.max) : readData(app, mock);
}

async function readPages(app: Pick<OpenApp, "inject">, mock: MockEndpoint, size: number): Promise<MockRows> {
  const rows: Row[] = [];
  for (;;) {
    const page = toRows(await read(app, mock, `${mock.path}?limit=${size}&offset=${rows.length}`), mock);
    rows.push(...page);
    if (page.length < size) return { rows, wrap: undefined };
  }
}

async function readData(app: Pick<OpenApp, "inject">, mock: MockEndpoint): Promise<MockRows> {
  const value = await read(app, mock, mock.path);
  if (!isDeepStrictEqual(value, await read(app, mock, mock.path)))
    throw refusal(
      mock,
      "it answers the same request differently",
      "a table answers the same: write the rows without functions such as random_int() and now()",
    );
  const wrap = wrapOf(value);
  // `wrapOf` saw an object.
  const list = wrap === undefined ? value : (value as Record<string, JsonValue>)[wrap];
  return { rows: toRows(list, mock), wrap };
}

/** `{ "data": […] }` is a list below a key. */
function wrapOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [only, ...others] = Object.entries(value);
  return only !== undefined && others.length === 0 && Array.isArray(only[1]) ? only[0] : undefined;
}

async function read(app: Pick<OpenApp, "inject">, mock: MockEndpoint, url: string): Promise<JsonValue | undefined> {
  const { status, body } = await askJson(app, { method: "GET", url });
  if (status === 200) return body;
  throw refusal(mock, `GET ${url} answers ${status}`, `backworks try GET ${url} shows why`);
}

function toRows(value: JsonValue | undefined, mock: MockEndpoint): readonly Row[] {
  const isRow = (row: JsonValue): row is Row => typeof row === "object" && row !== null && !Array.isArray(row);
  // An array of the JSON that came.
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
  if (list === undefined || !list.every(isRow))
    throw refusal(
      mock,
      "it answers something else than a list of objects",
      "each object becomes a row: mock.data with [{ … }, { … }]",
    );
  return list;
}

function refusal({ name }: MockEndpoint, problem: string, hint: string): BackworksError {
  return new BackworksError("BW_CLI_EVOLVE", { endpoint: name, problem }, { hint });
}
