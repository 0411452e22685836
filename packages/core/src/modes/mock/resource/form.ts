import { BackworksError } from "../../../errors.ts";
import type { BackworksRequest, ResponseInit } from "../../../exchange.ts";
import type { Form } from "../../../query/accept.ts";
import { formOf } from "../../../query/accept.ts";
import { writeCsv } from "../../../query/csv.ts";
import type { Row } from "../../../query/tree.ts";
import { representationOf } from "./representation.ts";

/** How rows are answered. */
export interface FormOptions {
  readonly accept: BackworksRequest["headers"][string];
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whether the one row is the answer itself, and no list. @defaultValue false */
  readonly single?: boolean;
}

/** Rows in the form a client accepts. @throws BW_QUERY_SINGULAR when it wants one row and they are not one */
export function formRows(rows: readonly Row[], { accept, status, headers, single = false }: FormOptions): ResponseInit {
  const form = formOf(accept);
  const body = textOf(rows, form, single);
  return { status, headers: { "content-type": form.mediaType, ...headers, vary: "accept, prefer" }, body };
}

function textOf(rows: readonly Row[], form: Form, single: boolean): string {
  if (form.kind === "csv") return writeCsv(rows);
  const texts = rows.map((row) => representationOf(form.stripNulls ? strip(row) : row).text);
  if (!single && form.kind === "list") return `[${texts.join(",")}]`;
  const [only] = texts;
  if (only !== undefined && texts.length === 1) return only;
  throw new BackworksError("BW_QUERY_SINGULAR", { count: texts.length }, { members: { count: texts.length } });
}

function strip(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
