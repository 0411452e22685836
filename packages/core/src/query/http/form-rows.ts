import { BackworksError } from "../../errors.ts";
import type { BackworksRequest, ResponseInit } from "../../exchange.ts";
import { HeaderList } from "../../headers.ts";
import type { Form } from "../accept.ts";
import { formOf } from "../accept.ts";
import { writeCsv } from "../csv.ts";
import type { Row } from "../tree.ts";
import { representationOf } from "./representation.ts";
import type { Representation } from "./representation.ts";

/** How rows are answered. */
export interface FormOptions {
  /** The header of the request. */
  readonly accept: BackworksRequest["headers"][string];
  /** Of the response. */
  readonly status: number;
  /** Besides `content-type` and `vary`; names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whether the one row is the answer itself, and no list. @defaultValue false */
  readonly single?: boolean;
  /** Whether the rows are objects that stay, so that the text of each may be kept. @defaultValue true */
  readonly kept?: boolean | undefined;
  /** The one row as it is sent, where somebody has put it into text already. */
  readonly sent?: Representation | undefined;
  /** Keys under which plain JSON puts what it answers. */
  readonly wrap?: Wrap | undefined;
}

/** Keys under which a list or one row is put, `{ "data": […] }`. */
export interface Wrap {
  /** Of a list. */
  readonly list?: string | undefined;
  /** Of one row. */
  readonly single?: string | undefined;
}

/** Rows in the form a client accepts. @throws BW_QUERY_SINGULAR when it wants one row and they are not one */
export function formRows(rows: readonly Row[], options: FormOptions): ResponseInit {
  const form = formOf(options.accept);
  const { status, headers } = options;
  const body = textOf(rows, form, options);
  return { status, headers: headersOf(form, headers), body };
}

function headersOf({ mediaType }: Form, headers: FormOptions["headers"]): HeaderList {
  const flat = ["content-type", mediaType];
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat.push(name, value);
  flat.push("vary", "accept, prefer");
  return HeaderList.fromFlat(flat);
}

function textOf(rows: readonly Row[], form: Form, options: FormOptions): string {
  if (form.kind === "csv") return writeCsv(rows);
  const keys = keysOf(form, options.wrap);
  const shown = form.stripNulls ? rows.map(strip) : rows;
  if (options.single !== true && form.kind === "list") return under(keys?.list, textOfList(shown, options));
  const row = onlyOf(shown);
  return under(keys?.single, row === rows[0] && options.sent ? options.sent.text : textOfRow(row, options));
}

function textOfList(rows: readonly Row[], options: FormOptions): string {
  if (options.kept === false) return JSON.stringify(rows);
  return `[${rows.map((row) => textOfRow(row, options)).join(",")}]`;
}

function textOfRow(row: Row, { kept }: FormOptions): string {
  return kept === false ? JSON.stringify(row) : representationOf(row).text;
}

/** Only plain JSON is wrapped. */
function keysOf({ mediaType }: Form, wrap: Wrap | undefined): Wrap | undefined {
  return mediaType === "application/json" ? wrap : undefined;
}

function onlyOf(rows: readonly Row[]): Row {
  const [only] = rows;
  if (only !== undefined && rows.length === 1) return only;
  throw notSingular(rows.length);
}

function under(key: string | undefined, text: string): string {
  return key === undefined ? text : `{${JSON.stringify(key)}:${text}}`;
}

/** Refuses a client that wants one row when there are others than one. @throws BW_QUERY_SINGULAR */
export function checkSingular(accept: FormOptions["accept"], count: number): void {
  if (count !== 1 && formOf(accept).kind === "object") throw notSingular(count);
}

function notSingular(count: number): BackworksError {
  return new BackworksError("BW_QUERY_SINGULAR", { count }, { members: { count } });
}

function strip(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
