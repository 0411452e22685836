import type { FieldMap } from "../../exchange.ts";
import { invalid } from "../errors.ts";
import { readField, readName } from "./field.ts";
import { readFilter, readTree } from "./filter.ts";
import { readOrder, readSort } from "./order.ts";
import type { Dialect, Reader, Reading } from "./reader.ts";
import { createReader, expectEnd, expectEndOfBrackets, spend, take, takeList } from "./reader.ts";
import { readSelect } from "./select.ts";
import type { Condition, Embedded, Field, OrderTerm, Page, QuerySyntax } from "./syntax.ts";

/** How parameters are read. */
export interface ParseOptions {
  /** Whose words are understood. @defaultValue "backworks" */
  readonly dialect?: Dialect;
  /** Parameters that are none of the query's, such as a session key. @defaultValue [] */
  readonly ignored?: readonly string[];
}

/** What is collected while the parameters are read. */
interface Draft {
  readonly reading: Reading;
  readonly filters: Embedded<Condition>[];
  readonly orders: Embedded<readonly OrderTerm[]>[];
  readonly pages: Embedded<Page>[];
  select: QuerySyntax["select"];
  after: string | undefined;
  columns: readonly string[] | undefined;
  onConflict: readonly string[] | undefined;
}

/**
 * Reads the parameters of a query.
 *
 * Source: PostgREST 12, https://docs.postgrest.org/en/v12/references/api.html.
 *
 * @throws BW_QUERY_INVALID
 */
export function parseQuery(fields: FieldMap, { dialect = "backworks", ignored = [] }: ParseOptions = {}): QuerySyntax {
  const draft: Draft = {
    reading: { dialect, items: 0 },
    filters: [],
    orders: [],
    pages: [],
    select: [{ kind: "star" }],
    after: undefined,
    columns: undefined,
    onConflict: undefined,
  };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || ignored.includes(name)) continue;
    readParameter(draft, name, value);
  }
  const { select, filters, orders, pages, after, columns, onConflict } = draft;
  return { select, filters, orders, pages, after, columns, onConflict };
}

function readParameter(draft: Draft, name: string, value: string | readonly string[]): void {
  const target = readTarget(createReader(name, name, draft.reading));
  const word = wordOf(target, draft.reading.dialect);
  if (word === undefined) return readFilters(draft, target, value);
  if (typeof value !== "string" && !word.many) throw invalid(name, "is there more than once");
  for (const text of typeof value === "string" ? [value] : value)
    word.read(draft, target, createReader(name, text, draft.reading));
}

/** What a parameter's name says: `orders.customer.total`. */
interface Target {
  readonly parameter: string;
  /** Embedded relations. */
  readonly path: readonly string[];
  readonly field: Field;
  /** Whether `not.` stands before the last name. */
  readonly negated: boolean;
  /** Whether the last name stands in quotation marks: then it is a column, whatever it is called. */
  readonly quoted: boolean;
}

function readTarget(reader: Reader): Target {
  const path: string[] = [];
  for (;;) {
    const start = reader.at;
    const name = readName(reader, "a column");
    if (take(reader, ".")) {
      path.push(name);
      continue;
    }
    reader.at = start;
    const field = readField(reader);
    expectEnd(reader, "a column");
    const negated = path.at(-1) === "not";
    const quoted = reader.text[start] === '"';
    return { parameter: reader.parameter, path: negated ? path.slice(0, -1) : path, field, negated, quoted };
  }
}

function readFilters(draft: Draft, target: Target, value: string | readonly string[]): void {
  const { field, parameter, path } = target;
  if (target.negated)
    throw invalid(parameter, "has not. before a column", { hint: `write ${field.column}=not.eq.value` });
  for (const text of typeof value === "string" ? [value] : value) {
    const of = readFilter(createReader(parameter, text, draft.reading), field);
    draft.filters.push({ path, of, parameter });
  }
}

/** A parameter that is no column. */
interface Word {
  /** Whether it may stand below the name of an embedded relation. */
  readonly embedded: boolean;
  /** Whether it may be there more than once. */
  readonly many: boolean;
  /** Whether PostgREST knows it. */
  readonly common: boolean;
  readonly read: (draft: Draft, target: Target, reader: Reader) => void;
}

const words: ReadonlyMap<string, Word> = new Map<string, Word>([
  ["select", once((draft, _target, reader) => void (draft.select = readSelect(reader)))],
  ["columns", once((draft, _target, reader) => void (draft.columns = readNames(reader)))],
  ["on_conflict", once((draft, _target, reader) => void (draft.onConflict = readNames(reader)))],
  ["after", { ...once((draft, _target, reader) => void (draft.after = reader.text)), common: false }],
  ["order", { ...once((draft, target, reader) => addOrder(draft, target, readOrder(reader))), embedded: true }],
  ["sort", { ...once((draft, target, reader) => addOrder(draft, target, readSort(reader))), common: false }],
  [
    "limit",
    { ...once((draft, target, reader) => addPage(draft, target, { limit: readWhole(reader, 0) })), embedded: true },
  ],
  [
    "offset",
    { ...once((draft, target, reader) => addPage(draft, target, { offset: readWhole(reader, 0) })), embedded: true },
  ],
  [
    "page",
    { ...once((draft, target, reader) => addPage(draft, target, { number: readWhole(reader, 1) })), common: false },
  ],
  [
    "per_page",
    { ...once((draft, target, reader) => addPage(draft, target, { limit: readWhole(reader, 1) })), common: false },
  ],
  [
    "and",
    {
      embedded: true,
      many: true,
      common: true,
      read: addTree,
    },
  ],
  ["or", { embedded: true, many: true, common: true, read: addTree }],
]);

function once(read: Word["read"]): Word {
  return { embedded: false, many: false, common: true, read };
}

/** Whether a parameter of this name is none of a column, unless the name stands in quotation marks. */
export function isWord(name: string): boolean {
  return words.has(name);
}

function wordOf({ path, field, negated, quoted }: Target, dialect: Dialect): Word | undefined {
  const word = field.json.length > 0 || quoted ? undefined : words.get(field.column);
  if (word === undefined || (!word.common && dialect === "postgrest")) return undefined;
  if (path.length > 0 && !word.embedded) return undefined;
  return negated && !word.many ? undefined : word;
}

function addOrder(draft: Draft, { path, parameter }: Target, of: readonly OrderTerm[]): void {
  const other = draft.orders.find((order) => order.path.join(".") === path.join("."));
  if (other) throw invalid(parameter, `does not go with ${other.parameter}: write one of them`);
  draft.orders.push({ path, of, parameter });
}

function addPage(draft: Draft, { path, parameter }: Target, page: Page): void {
  const place = path.join(".");
  const others = draft.pages.filter((other) => other.path.join(".") === place);
  const clash = others.find(({ of }) => Object.keys({ ...of, ...page }).length === 1 || isBoth(of, page));
  if (clash) throw invalid(parameter, `does not go with ${clash.parameter}: write one of them`);
  draft.pages.push({ path, of: page, parameter });
}

function isBoth(left: Page, right: Page): boolean {
  const both = { ...left, ...right };
  return both.number !== undefined && both.offset !== undefined;
}

function addTree(draft: Draft, { path, parameter, negated, field }: Target, reader: Reader): void {
  const kind = field.column === "and" ? "and" : "or";
  const of = readTree(reader, 1);
  expectEndOfBrackets(reader);
  draft.filters.push({ path, of: { kind, negated, of }, parameter });
}

function readNames(reader: Reader): readonly string[] {
  if (reader.text === "") return [];
  const names = takeList(reader, (inner) => readName(inner, "a column"));
  expectEnd(reader);
  return names;
}

function readWhole(reader: Reader, least: number): number {
  spend(reader);
  const { text } = reader;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw invalid(reader.parameter, `must be a whole number from ${least}, found ${text === "" ? "nothing" : text}`);
}
