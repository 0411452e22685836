import { invalid } from "../errors.ts";
import type { Schema } from "../relations.ts";
import type { QuerySyntax } from "../syntax/syntax.ts";
import type { CheckedQuery, Condition, Embed, Order, Output, Parameter, Selection } from "../tree.ts";
import { checkCondition } from "./condition.ts";
import type { Child, Level } from "./level.ts";
import { buildLevels, childOf } from "./level.ts";
import { checkAfter, checkGroupedOrder, checkOrder, completeOrder } from "./order.ts";
import { checkGrouping, checkOutputs } from "./outputs.ts";
import type { Stretch } from "./page.ts";
import { checkEmbeddedPage } from "./page.ts";
import type { Scope } from "./scope.ts";
import { addValue, tableOf } from "./scope.ts";

/** What a query is checked against. */
export interface CheckOptions {
  /** Where names are looked up. */
  readonly schema: Schema;
  /** The table of the request. */
  readonly table: string;
  /** The rows of the page, as `pageOf` found them; all rows when left out. */
  readonly page?: Stretch | undefined;
}

/**
 * Looks up every name of a query, gives its values their types and leaves what a back end runs.
 *
 * @throws BW_QUERY_INVALID, BW_QUERY_UNKNOWN_COLUMN, BW_QUERY_UNKNOWN_RELATION, BW_QUERY_AMBIGUOUS_RELATION
 */
export function checkQuery(query: QuerySyntax, options: CheckOptions): CheckedQuery {
  const scope: Scope = { schema: options.schema, values: [] };
  const level = buildLevels(scope, tableOf(scope, options.table), query);
  const selection = select(scope, level);
  const keyset = query.after === undefined ? undefined : keysetOf(scope, level, { selection, after: query.after });
  const { page } = options;
  const stretch = {
    limit: page?.limit === undefined ? undefined : whole(scope, page.limit),
    offset: page?.offset ? whole(scope, page.offset) : undefined,
  };
  return { shape: { ...selection, ...keyset, ...stretch }, values: scope.values };
}

const integer = { name: "integer" } as const;

function whole(scope: Scope, value: number): Parameter {
  return addValue(scope, value, integer);
}

function keysetOf(
  scope: Scope,
  level: Level,
  { selection, after }: { readonly selection: Selection; readonly after: string },
): Pick<Selection, "order" | "after"> {
  if (selection.grouped) throw invalid("after", "does not go with aggregates");
  const order = completeOrder(level, selection.order);
  return { order, after: checkAfter(scope, order, after) };
}

function select(scope: Scope, level: Level): Selection {
  const { table, children } = level;
  const outputs = checkOutputs(level);
  const grouped = checkGrouping(level, outputs);
  const order = orderOf(level, outputs, grouped);
  const embeds = children.map((child) => embed(scope, child));
  const where = conditionOf(scope, level);
  const rest = { after: undefined, limit: undefined, offset: undefined, grouped };
  return { table: table.name, outputs, where, order, ...rest, embeds };
}

function orderOf(level: Level, outputs: readonly Output[], grouped: boolean): readonly Order[] {
  const order = checkOrder(level);
  if (grouped) checkGroupedOrder(order, outputs);
  return order;
}

function embed(scope: Scope, child: Child): Embed {
  const selection = select(scope, child);
  const { limit, offset } = checkEmbeddedPage(child);
  const stretch = {
    limit: limit === undefined ? undefined : whole(scope, limit),
    offset: offset ? whole(scope, offset) : undefined,
  };
  return { relation: child.relation, selection: { ...selection, ...stretch }, inner: child.item.join === "inner" };
}

function conditionOf(scope: Scope, level: Level): Condition {
  const embedOf = (name: string): number | undefined => {
    const child = childOf(level, name);
    return child && level.children.indexOf(child);
  };
  const of = level.filters.map(({ of: condition, parameter }) =>
    checkCondition({ ...scope, table: level.table, embedOf, parameter }, condition),
  );
  return of.length === 1 && of[0] ? of[0] : { kind: "and", of };
}
