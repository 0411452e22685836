import { BackworksError } from "../../errors.ts";
import type { BackworksRequest, ResponseInit } from "../../exchange.ts";
import type { Form } from "../accept.ts";
import { formOf } from "../accept.ts";
import { writeCsv } from "../csv.ts";
import type { Row } from "../tree.ts";
import { representationOf } from "./representation.ts";

/** How rows are answered. */
export interface FormOptions {
  /** The header of the request. */
  readonly accept: BackworksRequest["headers"][string];
  /** Of the response. */
  readonly status: number;
  /** Besides `content-type` and `vary`. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whether the one row is the answer itself, and no list. @defaultValue false */
  readonly single?: boolean;
  /** Whether the rows are objects that stay, so that the text of each may be kept. @defaultValue true */
  readonly kept?: boolean | undefined;
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
export function formRows(
  rows: readonly Row[],
  { accept, status, headers, single = false, kept = true, wrap }: FormOptions,
): ResponseInit {
  const form = formOf(accept);
  const body = textOf(rows, form, { single, kept, wrap });
  return { status, headers: { "content-type": form.mediaType, ...headers, vary: "accept, prefer" }, body };
}

function textOf(rows: readonly Row[], form: Form, options: Pick<FormOptions, "single" | "kept" | "wrap">): string {
  if (form.kind === "csv") return writeCsv(rows);
  const keys = keysOf(form, options.wrap);
  const isList = options.single !== true && form.kind === "list";
  const sent = form.stripNulls ? rows.map(strip) : rows;
  if (isList && options.kept !== true) return under(keys?.list, JSON.stringify(sent));
  const texts = sent.map((row) => representationOf(row).text);
  return isList ? under(keys?.list, `[${texts.join(",")}]`) : under(keys?.single, onlyOf(texts));
}

/** Only plain JSON is wrapped. */
function keysOf({ mediaType }: Form, wrap: Wrap | undefined): Wrap | undefined {
  return mediaType === "application/json" ? wrap : undefined;
}

function onlyOf(texts: readonly string[]): string {
  const [only] = texts;
  if (only !== undefined && texts.length === 1) return only;
  throw notSingular(texts.length);
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
