import type { JsonValue } from "../../exchange.ts";
import { readCursor } from "../cursor.ts";
import { invalid } from "../errors.ts";
import { isToOne } from "../relations.ts";
import type { OrderTerm } from "../syntax/syntax.ts";
import type { Field, Order, Output, Parameter } from "../tree.ts";
import type { Level } from "./level.ts";
import { childOf } from "./level.ts";
import type { Scope } from "./scope.ts";
import { addValue, resolveField } from "./scope.ts";

/** @throws BW_QUERY_INVALID, BW_QUERY_UNKNOWN_COLUMN */
export function checkOrder(level: Level): readonly Order[] {
  return level.orders.flatMap(({ of, parameter }) => of.map((term) => checkTerm(level, term, parameter)));
}

function checkTerm(level: Level, term: OrderTerm, parameter: string): Order {
  const { relation, descending } = term;
  // As in PostgreSQL, nothing counts as higher than anything.
  const nulls = term.nulls ?? (descending ? "first" : "last");
  if (relation === undefined) {
    return { embed: undefined, field: resolveField(level.table, term.field), descending, nulls };
  }
  const child = childOf(level, relation);
  if (child === undefined)
    throw invalid(parameter, `orders by ${relation}, which select does not embed`, {
      hint: `write select=*,${relation}()`,
    });
  if (!isToOne(child.relation)) throw invalid(parameter, `orders by ${relation}, which may be several rows`);
  return { embed: level.children.indexOf(child), field: resolveField(child.table, term.field), descending, nulls };
}

/** What rows are put together by is what they may be ordered by. @throws BW_QUERY_INVALID */
export function checkGroupedOrder(order: readonly Order[], outputs: readonly Output[]): void {
  const groups = outputs.flatMap((output) =>
    output.kind === "column" && output.aggregate === undefined && output.field ? [textOf(output.field)] : [],
  );
  const other = order.find(({ embed, field }) => embed !== undefined || !groups.includes(textOf(field)));
  if (other === undefined) return;
  throw invalid("order", `orders groups by ${textOf(other.field)}`, {
    hint: "order by a column that select groups by",
  });
}

function textOf({ column, json }: Field): string {
  return column + json.map(({ step, text }) => `${text ? "->>" : "->"}${step}`).join("");
}

/** The order with what is missing to tell any two rows apart. @throws BW_QUERY_INVALID */
export function completeOrder({ table }: Level, order: readonly Order[]): readonly Order[] {
  const plain = order.filter(({ embed, field }) => embed === undefined && field.json.length === 0);
  if (plain.length < order.length) throw invalid("after", "goes with an order by plain columns only");
  if (table.primaryKey.length === 0) throw invalid("after", `needs a primary key, which ${table.name} has not`);
  const missing = table.primaryKey.filter((column) => plain.every(({ field }) => field.column !== column));
  const rest = missing.map((column): Order => {
    const field = resolveField(table, { column, json: [] });
    return { embed: undefined, field, descending: false, nulls: "last" };
  });
  return [...order, ...rest];
}

/** How a cursor names its order. */
export function signatureOf(order: readonly Order[]): string {
  return order
    .map(
      ({ field, descending, nulls }) =>
        `${JSON.stringify(field.column)}${descending ? "-" : "+"}${nulls === "first" ? "^" : ""}`,
    )
    .join("");
}

/** The values of a cursor; `undefined` for the first page. @throws BW_QUERY_INVALID */
export function checkAfter(scope: Scope, order: readonly Order[], text: string): readonly Parameter[] | undefined {
  if (text === "") return undefined;
  const values = readCursor(text, signatureOf(order));
  if (values?.length !== order.length) {
    throw invalid("after", "is no cursor of this order", {
      hint: "take it from the link to the next page; begin with after=",
    });
  }
  return order.map(({ field }, index) => addValue(scope, values[index] as JsonValue, field.type));
}
