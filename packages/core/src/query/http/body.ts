import { BackworksError } from "../../errors.ts";
import type { BackworksRequest, JsonValue } from "../../exchange.ts";
import { parseJson } from "../../json/parse.ts";
import { readCsv } from "../csv.ts";

/** Media types a request body may have: the first is the one to name. */
export type BodyKind = "rows" | "json" | "merge-patch";

const form = "application/x-www-form-urlencoded";

const accepted: Readonly<Record<BodyKind, readonly string[]>> = {
  rows: ["application/json", "text/csv", form],
  json: ["application/json"],
  "merge-patch": ["application/merge-patch+json", "application/json"],
};

/** JSON that describes a change and is not a row itself. */
const patches: readonly string[] = ["application/merge-patch+json", "application/json-patch+json"];

/**
 * Rows of a request body: JSON, comma-separated values or the fields of a form.
 *
 * @throws BW_REQUEST_MEDIA_TYPE, BW_REQUEST_BODY_MISSING, BW_REQUEST_JSON, BW_REQUEST_KEY, BW_REQUEST_CSV
 */
export function readBody(request: BackworksRequest, typeOf: TypeCell): JsonValue {
  const { text = "" } = request.received ?? {};
  const type = String(request.headers["content-type"] ?? "");
  if (/^\s*text\/csv\b/i.test(type)) return readCsvRows(request, text, typeOf);
  if (/^\s*application\/x-www-form-urlencoded\b/i.test(type)) return readForm(request, text, typeOf);
  return readJson(request, "rows");
}

/** What a text of a column stands for; `undefined` for a column that is left out. */
export type TypeCell = (column: string, text: string) => JsonValue | undefined;

function readCsvRows(request: BackworksRequest, text: string, typeOf: TypeCell): JsonValue {
  checkMediaType(request, "rows");
  const read = readCsv(text);
  if (read.problem !== undefined) throw new BackworksError("BW_REQUEST_CSV", { problem: read.problem });
  const rows = read.rows.map((row) => typeCells(Object.entries(row), typeOf));
  checkContent(rows);
  return rows;
}

function readForm(request: BackworksRequest, text: string, typeOf: TypeCell): JsonValue {
  checkMediaType(request, "rows");
  const row = typeCells([...new URLSearchParams(text)], typeOf);
  checkContent(row);
  return row;
}

function typeCells(cells: readonly (readonly [column: string, text: string | null])[], typeOf: TypeCell): JsonValue {
  return Object.fromEntries(cells.map(([column, text]) => [column, text === null ? null : typeOf(column, text)]));
}

/**
 * The JSON of a request body that was read.
 *
 * @throws BW_REQUEST_MEDIA_TYPE, BW_REQUEST_BODY_MISSING, BW_REQUEST_JSON, BW_REQUEST_KEY
 */
export function readJson(request: BackworksRequest, kind: BodyKind): JsonValue {
  const { text = "", bytes = Buffer.alloc(0) } = request.received ?? {};
  if (text.trim() === "")
    throw new BackworksError("BW_REQUEST_BODY_MISSING", { expected: accepted[kind].join(" or ") });
  checkMediaType(request, kind);
  const value = parseJson({ bytes, text }, unlimited);
  checkContent(value);
  return value;
}

/** A body without a type is taken for JSON: what else it could be, parsing tells. */
function checkMediaType(request: BackworksRequest, kind: BodyKind): void {
  const field = String(request.headers["content-type"] ?? "").toLowerCase();
  const [type = "", ...parameters] = field.split(";").map((part) => part.trim());
  const known = type === "" || accepted[kind].includes(type) || (kind !== "merge-patch" && isRowType(type));
  if (known && parameters.every(isUtf8)) return;
  const expected = accepted[kind].join(" or ");
  const headers = accepts[kind];
  throw new BackworksError(
    "BW_REQUEST_MEDIA_TYPE",
    { type: field, expected },
    { hint: "set the header content-type", headers },
  );
}

/** RFC 9110, 12.5.1 and RFC 5789, 2.2. */
const accepts: Readonly<Record<BodyKind, Readonly<Record<string, string>>>> = {
  rows: { "accept-post": accepted.rows.join(", ") },
  json: { "accept-post": accepted.json.join(", ") },
  "merge-patch": { "accept-patch": accepted["merge-patch"].join(", ") },
};

function isUtf8(parameter: string): boolean {
  return !parameter.startsWith("charset=") || /^charset="?utf-?8"?$/.test(parameter);
}

function isRowType(type: string): boolean {
  return type.startsWith("application/") && type.endsWith("+json") && !patches.includes(type);
}

/** What the server limits it has counted already. */
const unlimited = { jsonDepth: Infinity, jsonKeys: Infinity };

/** Deeper than any real row; what is deeper could exhaust the stack of whoever walks it. */
const deepest = 100;

/** Keys that reach a prototype where somebody copies without care. */
const forbidden: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

function checkContent(root: JsonValue): void {
  let level: readonly JsonValue[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest)
      throw new BackworksError("BW_REQUEST_JSON", { problem: `it is more than ${deepest} levels deep` });
    level = level.flatMap(childrenOf);
  }
}

function childrenOf(value: JsonValue): JsonValue[] {
  if (typeof value !== "object" || value === null) return [];
  for (const key of Array.isArray(value) ? [] : Object.keys(value)) {
    if (forbidden.has(key)) throw new BackworksError("BW_REQUEST_KEY", { key });
  }
  return Object.values(value).filter((child) => child !== undefined);
}
