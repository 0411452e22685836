import type { JsonValue } from "../exchange.ts";
import type { Row } from "./tree.ts";

/** Rows as comma-separated values with a header line (RFC 4180); what is nothing is an empty cell. */
export function writeCsv(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => cellOf(row[column])).join(","));
  return [columns.map(cellOf).join(","), ...lines].join("\n");
}

function cellOf(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Texts of a CSV body, `null` for a bare `NULL`; or what is wrong with it. */
export type CsvRows =
  | { readonly rows: readonly Readonly<Record<string, string | null>>[]; readonly problem?: undefined }
  | { readonly problem: string };

/** Reads comma-separated values with a header line. */
export function readCsv(text: string): CsvRows {
  const records = readRecords(text);
  if (typeof records === "string") return { problem: records };
  const [header = [], ...rest] = records;
  const names = header.map((name) => name ?? "");
  const repeated = names.find((name, index) => name === "" || names.indexOf(name) !== index);
  if (repeated !== undefined)
    return { problem: repeated === "" ? "a column has no name" : `column ${repeated} is there twice` };
  const wrong = rest.findIndex((record) => record.length !== names.length);
  if (wrong !== -1)
    return { problem: `line ${wrong + 2} has ${rest[wrong]?.length ?? 0} cells, the header ${names.length}` };
  return { rows: rest.map((record) => Object.fromEntries(names.map((name, index) => [name, record[index] ?? null]))) };
}

function plain(text: string): string | null {
  return text === "NULL" ? null : text;
}

const cell = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|\n|\r|$)/y;

function readRecords(text: string): (string | null)[][] | string {
  const records: (string | null)[][] = [];
  let record: (string | null)[] = [];
  cell.lastIndex = 0;
  while (cell.lastIndex < text.length || record.length > 0) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null) return `a quotation mark at character ${at + 1} is out of place`;
    const [whole, quoted, bare = "", end] = found;
    record.push(quoted === undefined ? plain(bare) : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    // A blank line is no record.
    if (record.length > 1 || whole.trim() !== "") records.push(record);
    record = [];
  }
  return records;
}
