import type { Exchange, RequestBody } from "@backworks/core";
import { readCsv } from "@backworks/core/query";
import { refusals } from "../refusal.ts";

/** A body that was read. */
export type Content =
  /** A list of objects, or one; a table of CSV is made one. */
  | { readonly kind: "json" | "csv"; readonly text: string; readonly value: unknown }
  /** Texts by the name of their field. */
  | { readonly kind: "form"; readonly texts: ReadonlyMap<string, readonly string[]> }
  /** What is neither: the body as it is. */
  | { readonly kind: "raw"; readonly type: RawType; readonly value: string; readonly mediaType: string };

/** Types of PostgreSQL that a body may be as a whole. */
type RawType = "text" | "xml" | "bytea";

const rawTypes: Readonly<Record<string, RawType>> = {
  "text/plain": "text",
  "text/xml": "xml",
  "application/xml": "xml",
  "application/octet-stream": "bytea",
};

/** @throws Refused with PGRST102 */
export async function readContent({ request }: Exchange): Promise<Content> {
  const body = await request.body();
  const header = String(request.headers["content-type"] ?? "application/json");
  const type = header.replace(/;[^]*/, "").trim().toLowerCase();
  const raw = Object.hasOwn(rawTypes, type) ? rawTypes[type] : undefined;
  if (raw !== undefined) return { kind: "raw", type: raw, value: rawValue(body, raw), mediaType: type };
  if (type === "text/csv") return ofCsv(body.text);
  if (type === "application/x-www-form-urlencoded") return ofForm(body.text);
  if (type !== "application/json" && !type.endsWith("+json")) throw refusals.contentType(type);
  return { kind: "json", text: body.text, value: body.text.trim() === "" ? undefined : parse(body.text) };
}

function rawValue({ text, bytes }: RequestBody, type: RawType): string {
  return type === "bytea" ? `\\x${Buffer.from(bytes).toString("hex")}` : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.body("Empty or invalid json");
  }
}

function ofCsv(text: string): Content {
  const read = readCsv(text);
  if (read.problem !== undefined) throw refusals.body("All lines must have same number of fields");
  return { kind: "csv", text: JSON.stringify(read.rows), value: read.rows };
}

function ofForm(text: string): Content {
  const fields = new URLSearchParams(text);
  return { kind: "form", texts: new Map([...fields.keys()].map((name) => [name, fields.getAll(name)])) };
}

/** Rows of a body, with the columns that they name. */
export interface BodyRows {
  /** JSON: a list of objects. */
  readonly text: string;
  readonly columns: readonly string[];
  readonly count: number;
}

/** What is written. @throws Refused with PGRST102 */
export function rowsOf(content: Content, columns: readonly string[] | undefined): BodyRows {
  if (content.kind === "raw") throw refusals.contentType(content.mediaType);
  const { value, text } = content.kind === "form" ? rowOf(content.texts) : content;
  if (value === undefined) throw refusals.body("Empty or invalid json");
  const list = listOf(value);
  const keys = list.map(keysOf);
  const names = columns ?? sameOf(keys);
  return {
    text: list.length === 0 ? "[]" : Array.isArray(value) ? text : `[${text}]`,
    columns: names,
    count: list.length,
  };
}

/** A body that is neither an object nor a list holds no row. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? [value] : [];
}

/** @throws Refused with PGRST102 for rows that differ */
function sameOf(keys: readonly (readonly string[])[]): readonly string[] {
  const [names = []] = keys;
  if (keys.every((own) => own.length === names.length && names.every((name) => own.includes(name)))) return names;
  throw refusals.body("All object keys must match");
}

/** The last of the texts that a form has of a field counts. */
function rowOf(texts: ReadonlyMap<string, readonly string[]>): { readonly value: unknown; readonly text: string } {
  const value = Object.fromEntries([...texts].map(([name, all]) => [name, all.at(-1)]));
  return { value, text: JSON.stringify(value) };
}

function keysOf(row: unknown): readonly string[] {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw refusals.body("All object keys must match");
  return Object.keys(row);
}
