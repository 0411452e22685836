import { signatureOf } from "../check/order.ts";
import { writeCursor } from "../cursor.ts";
import { invalid } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Condition, Parameter, ParameterValue, Row, Selection } from "../tree.ts";
import type { Binding, CompilePattern, Test } from "./condition.ts";
import { compileCondition } from "./condition.ts";
import { readerOf } from "./field.ts";
import type { RowSource } from "./related.ts";
import { relate } from "./related.ts";
import type { EmbeddedValues } from "./shape.ts";
import { compileShape, isSingle } from "./shape.ts";
import { compileAfter, compileOrder } from "./sort.ts";

/** What a query found. */
export interface QueryResult {
  /** Objects of the answer, those of the page. */
  readonly rows: readonly Row[];
  /** Rows, or groups, that fit, whatever the page. */
  readonly total: number;
  /** Leads to the next page of keyset pages; `undefined` on the last one and without them. */
  readonly next: string | undefined;
}

/** Where a plan runs. */
export interface RunContext {
  /** Where rows are. */
  readonly source: RowSource;
  /** For `match` and `imatch`, which are refused without it. */
  readonly compilePattern?: CompilePattern | undefined;
  /** Which rows of the request's table are there at all. @defaultValue every row */
  readonly visible?: ((row: Row) => boolean) | undefined;
}

/** A shape that was compiled: it runs again and again, each time with values of its own. */
export interface Plan {
  /** Runs the query. */
  run(values: readonly ParameterValue[], context: RunContext): QueryResult;
  /** The rows themselves, as they are stored: those an update or a delete is about. */
  match(values: readonly ParameterValue[], context: RunContext): readonly Row[];
  /** Objects of the answer for rows that were found by other means, such as those a write stored. */
  shape(rows: readonly Row[], values: readonly ParameterValue[], context: RunContext): readonly Row[];
}

/** What is bound to the values and tables of one request. */
interface Bound {
  /** Every row that fits, in order. */
  matched(): readonly Row[];
  /** The rows of a page as objects. */
  objects(rows: readonly Row[]): readonly Row[];
  readonly isAfter: (row: Row) => boolean;
}

/** @throws BW_QUERY_UNSUPPORTED for what rows in memory cannot be asked */
export function compileSelection(selection: Selection): Plan {
  const bind = compileBinding(selection);
  const { limit, offset, grouped } = selection;
  return {
    run(values, context) {
      const bound = bind(values, begin(context));
      const matched = bound.matched();
      if (grouped) return groupedPage(bound.objects(matched), stretchOf(values, selection));
      const rows = selection.after === undefined ? matched : matched.filter(bound.isAfter);
      const { from, to } = stretchOf(values, { limit, offset });
      const page = rows.slice(from, to);
      return { rows: bound.objects(page), total: matched.length, next: nextOf(selection, page, rows.length > to) };
    },
    match: (values, context) => bind(values, begin(context)).matched(),
    shape: (rows, values, context) => bind(values, begin(context)).objects(rows),
  };
}

function groupedPage(groups: readonly Row[], { from, to }: { from: number; to: number }): QueryResult {
  return { rows: groups.slice(from, to), total: groups.length, next: undefined };
}

function stretchOf(
  values: readonly ParameterValue[],
  { limit, offset }: Pick<Selection, "limit" | "offset">,
): { readonly from: number; readonly to: number } {
  const from = wholeOf(values, offset, 0);
  return { from, to: from + wholeOf(values, limit, Infinity) };
}

function wholeOf(values: readonly ParameterValue[], parameter: Parameter | undefined, otherwise: number): number {
  return parameter === undefined ? otherwise : Number(values[parameter.parameter]);
}

function nextOf({ order }: Selection, page: readonly Row[], more: boolean): string | undefined {
  const last = page.at(-1);
  if (!more || last === undefined || order.some(({ embed }) => embed !== undefined)) return undefined;
  return writeCursor(
    signatureOf(order),
    order.map(({ field }) => readerOf(field)(last)),
  );
}

/** One run: where it runs, and how many rows it embedded so far. */
interface Run extends RunContext {
  readonly embedded: { count: number };
}

type Bind<T> = (values: readonly ParameterValue[], run: Run) => T;

function begin(context: RunContext): Run {
  return { ...context, embedded: { count: 0 } };
}

/** @throws BW_QUERY_INVALID when there are too many */
function countEmbedded({ embedded }: Run, rows: readonly Row[]): void {
  embedded.count += rows.length;
  if (embedded.count > limits.embedded)
    throw invalid("select", `embeds more than ${limits.embedded} rows`, { hint: "limit the rows that are embedded" });
}

function compileBinding(selection: Selection): Bind<Bound> {
  const embeds = selection.embeds.map((embed) => ({
    ...embed,
    bind: compileEmbedded(embed.selection),
    joins: embed.between && compileCondition(embed.between),
  }));
  const condition = compileCondition(selection.where);
  const order = compileOrder(selection.order);
  const shape = compileShape(selection);
  const after = compileAfter(selection);
  const key = keyOf(selection.where);
  return (values, context) => {
    const children = embeds.map(({ bind }) => bind(values, { ...context, visible: undefined }));
    const related = embeds.map(({ relation, joins }, index) => {
      const rule = joins?.({ values, related: [], compilePattern: context.compilePattern });
      return relate(relation, joiningBy(context.source, rule), () => children[index]?.matched() ?? []);
    });
    const binding: Binding = { values, related, compilePattern: context.compilePattern };
    const inner = related.filter((_, index) => embeds[index]?.inner);
    const test = joined(condition(binding), inner, context.visible);
    return {
      matched() {
        const found: Row[] = [];
        const { source } = context;
        const candidates = key && source.find?.(selection.table, key.column, values[key.parameter] ?? null);
        for (const row of candidates ?? source.rows(selection.table)) if (test(row) === true) found.push(row);
        return order ? found.sort(order(binding)) : found;
      },
      objects: (rows) => shape(rows, embeddedValues(selection, related, children)),
      isAfter: after?.(values) ?? (() => true),
    };
  };
}

/** Rows of a junction of which not all join. */
function joiningBy(source: RowSource, test: Test | undefined): RowSource {
  if (test === undefined) return source;
  return { rows: (table) => [...source.rows(table)].filter((row) => test(row) === true) };
}

interface BoundChild {
  matched(): readonly Row[];
  answer(rows: readonly Row[]): readonly Row[];
}

function compileEmbedded(selection: Selection): Bind<BoundChild> {
  const bind = compileBinding(selection);
  return (values, context) => {
    const bound = bind(values, context);
    const { from, to } = stretchOf(values, selection);
    let matched: readonly Row[] | undefined;
    return {
      matched: () => (matched ??= bound.matched()),
      answer(rows) {
        const page = from === 0 && to >= rows.length ? rows : rows.slice(from, to);
        countEmbedded(context, selection.grouped ? [] : page);
        return selection.grouped ? bound.objects(rows).slice(from, to) : bound.objects(page);
      },
    };
  };
}

function joined(test: Test, inner: readonly ((row: Row) => readonly Row[])[], visible: RunContext["visible"]): Test {
  if (inner.length === 0 && visible === undefined) return test;
  return (row) => (visible?.(row) ?? true) && test(row) === true && inner.every((related) => related(row).length > 0);
}

function embeddedValues(
  selection: Selection,
  related: Binding["related"],
  children: readonly BoundChild[],
): EmbeddedValues {
  return (row, embed) => {
    const rows = children[embed]?.answer(related[embed]?.(row) ?? []) ?? [];
    return isSingle(selection, embed) ? (rows[0] ?? null) : rows;
  };
}

/** An equality every row must meet, by which an index may find them. */
function keyOf(where: Condition): { readonly column: string; readonly parameter: number } | undefined {
  if (where.kind === "and") return where.of.map(keyOf).find((key) => key !== undefined);
  if (where.kind !== "compare" || where.operator !== "eq" || where.quantifier !== undefined) return undefined;
  const { field, operand } = where;
  return field.json.length > 0 ? undefined : { column: field.column, parameter: operand.parameter };
}
