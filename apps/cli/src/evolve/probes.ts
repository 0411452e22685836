import type { JsonValue, NewColumn } from "@backworks/core";
import type { MockEndpoint } from "./mock-endpoint.ts";
import type { Row } from "./rows.ts";

/** A request that both sides are asked. `{created}` in its address is the row that was created last. */
export interface Probe {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** Whether its answer says which row was created. */
  readonly creates?: boolean;
}

/** A mock with everything that is known of it. */
export interface ProbedMock {
  readonly mock: MockEndpoint;
  readonly id: string;
  readonly rows: readonly Row[];
  readonly columns: Readonly<Record<string, NewColumn>>;
}

/** Rows and columns that are asked for one by one. */
const mostAsked = 50;

/** What a client may ask of the mock: lists, items, filters with values that are there, and writes. */
export function probesOf(probed: ProbedMock): readonly Probe[] {
  const { mock } = probed;
  if (mock.source.kind === "data")
    return [
      read(mock.path),
      ...["POST", "PUT", "PATCH", "DELETE"]
        .filter((method) => mock.methods === undefined || !mock.methods.includes(method))
        .map((method) => write(method, mock.path, {})),
    ];
  return [...listProbes(probed), ...filterProbes(probed), ...itemProbes(probed), ...writeProbes(probed)];
}

const json = { "content-type": "application/json" };

function read(url: string, headers?: Readonly<Record<string, string>>): Probe {
  return { method: "GET", url, ...(headers === undefined ? {} : { headers }) };
}

function write(method: string, url: string, body: JsonValue): Probe {
  return { method, url, headers: json, body };
}

function listProbes({ mock: { path }, id, columns }: ProbedMock): readonly Probe[] {
  const names = Object.keys(columns);
  const selected = names.slice(0, 2).map(encodeURIComponent).join(",");
  return [
    read(path),
    { method: "HEAD", url: path },
    read(`${path}?limit=1`),
    read(`${path}?limit=2&offset=1`),
    read(`${path}?limit=0`),
    read(path, { prefer: "count=exact" }),
    read(path, { range: "0-0", "range-unit": "items" }),
    read(`${path}?select=${selected}`),
    read(`${path}?order=${encodeURIComponent(id)}.desc&limit=3`),
    read(`${path}?no_such_column=eq.1`),
    read(`${path}?${encodeURIComponent(id)}=no_such_operator.1`),
  ];
}

/** Each column with a value that is there: equal, unequal, missing, in order. */
function filterProbes({ mock: { path }, id, rows, columns }: ProbedMock): readonly Probe[] {
  return Object.entries(columns)
    .slice(0, mostAsked)
    .flatMap(([name, { type }]) => {
      if (type === "json") return [];
      const column = encodeURIComponent(name);
      const value = rows.map((row) => row[name]).find((one) => one !== undefined && one !== null);
      const sorted = [
        read(`${path}?order=${column}.asc,${encodeURIComponent(id)}&limit=20`),
        read(`${path}?${column}=is.null`),
      ];
      if (value === undefined) return sorted;
      const text = encodeURIComponent(quoted(textOf(value)));
      const plain = encodeURIComponent(textOf(value));
      return [
        ...sorted,
        read(`${path}?${column}=eq.${plain}`),
        read(`${path}?${column}=not.eq.${plain}`),
        read(`${path}?${column}=in.(${text})`),
      ];
    });
}

/** A scalar as an address has it. */
function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function itemProbes({ mock, id, rows }: ProbedMock): readonly Probe[] {
  const items = rows.slice(0, mostAsked).map((row) => read(`${mock.path}/${encodeURIComponent(textOf(row[id]))}`));
  return [...items, read(`${mock.path}/0`), read(`${mock.path}/no-such-row`), ...relatedProbes(mock, rows[0]?.[id])];
}

/** Lists below the first row. */
function relatedProbes({ path, source }: MockEndpoint, id: JsonValue | undefined): readonly Probe[] {
  if (source.kind !== "resource" || id === undefined) return [];
  return Object.keys(source.resource.relations).map((relation) =>
    read(`${path}/${encodeURIComponent(textOf(id))}/${relation}`),
  );
}

/** One row from its creation to its end, and what both must refuse. */
function writeProbes({ mock: { path }, id, rows, columns }: ProbedMock): readonly Probe[] {
  const [sample] = rows;
  if (sample === undefined) return [];
  const { [id]: own, ...row } = sample;
  const item = `${path}/{created}`;
  // Keys that are made at random come in an order of their own.
  const list = columns[id]?.default === undefined ? path : `${path}?${encodeURIComponent(id)}=eq.{created}`;
  const field = Object.keys(row).find((name) => columns[name]?.references === undefined);
  const another = rows
    .map((one) => (field === undefined ? undefined : one[field]))
    .findLast((one) => one !== undefined);
  const change = field === undefined || another === undefined ? {} : { [field]: another };
  return [
    { ...write("POST", path, isMade(columns[id]) ? row : { ...row, [id]: newKey }), creates: true },
    read(item),
    write("PATCH", item, change),
    read(item),
    write("PUT", item, row),
    read(list),
    write("POST", path, { ...row, [id]: own ?? null }),
    write("POST", path, [row, 7]),
    write("PATCH", path, change),
    { method: "DELETE", url: path },
    { method: "DELETE", url: item },
    read(item),
    { method: "DELETE", url: item },
    write("PATCH", `${path}/no-such-row`, change),
    ...missingProbes(path, row, columns),
    read(path),
  ];
}

/** A key that no example has. */
const newKey = "evolve-tries-this";

/** Whether the key of a row that comes without one is made. */
function isMade(column: NewColumn | undefined): boolean {
  return column?.type === "integer" || column?.type === "bigint" || column?.default !== undefined;
}

/** A row without what must be there. */
function missingProbes(path: string, row: Row, columns: ProbedMock["columns"]): readonly Probe[] {
  return Object.keys(row)
    .filter((name) => columns[name]?.required === true)
    .map((name) => write("POST", path, Object.fromEntries(Object.entries(row).filter(([key]) => key !== name))));
}
