import type { QuerySyntax } from "@backworks/core/query";
import { valueOf } from "../sql/condition.ts";
import type { Condition, Stretch } from "./level.ts";

/** A query taken apart: what is the same for every request that asks the same, and the values of this one. */
export interface Taken {
  /** Names what is asked. */
  readonly key: string;
  readonly values: readonly unknown[];
  /** Which value belongs to which part of the query. */
  readonly slots: ReadonlyMap<object, number>;
}

/** Takes the values out of a query: what filters compare with, and its page. */
export function takeValues(query: QuerySyntax, page: Stretch): Taken {
  const values: unknown[] = [];
  const slots = new Map<object, number>();
  const add = (part: object, ...of: readonly unknown[]): void => {
    slots.set(part, values.length);
    values.push(...of);
  };
  const filters = query.filters.map(({ path, of }) => [path, keyOf(of, add)]);
  add(page, String(page.limit), String(page.offset));
  const embeddedPages = query.pages.filter(({ path }) => path.length > 0).map(({ path, of }) => [path, of]);
  const orders = query.orders.map(({ path, of }) => [path, of]);
  const paged = [page.limit !== undefined, page.offset !== 0];
  return { key: JSON.stringify([query.select, filters, orders, embeddedPages, paged]), values, slots };
}

type Add = (part: object, ...of: readonly unknown[]) => void;

function keyOf(condition: Condition, add: Add): unknown {
  const { kind, negated } = condition;
  if (condition.kind !== "filter") return [kind, negated, condition.of.map((branch) => keyOf(branch, add))];
  const { field, operator, quantifier, language, operand } = condition;
  const value = valueOf(condition);
  if (value !== undefined) add(condition, value);
  const word = operand.kind === "keyword" ? operand.keyword : operand.kind;
  return [field, negated, operator, quantifier, language, word];
}
