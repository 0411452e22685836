import { readValue, textOf } from "@backworks/core/query";
import type { JsonValue, Exchange } from "@backworks/core";
import type {
  CheckedQuery,
  Condition,
  Embed,
  Output,
  ParameterValue,
  Selection,
  Table,
  ValueType,
} from "@backworks/core/query";
import type { View } from "./view.ts";
import { fieldOf } from "./fields.ts";
import { columnOutput } from "./keys.ts";

/** A column whose value the path, or the one who asks, says. */
export interface Need {
  readonly column: string;
  /** Nothing fits `undefined`; one of a list must fit. */
  readonly value: JsonValue | undefined;
}

/** What a query is restricted to. */
export interface Restriction {
  readonly view: View;
  readonly exchange: Exchange;
  /** Of the rows of the collection, besides what its rule says. */
  readonly needs: readonly Need[];
}

/** A query that finds, and shows, only what it may. */
export function restrict(query: CheckedQuery, { view, exchange, needs }: Restriction): CheckedQuery {
  if (needs.length === 0 && view.rules.size === 0 && view.narrowed.size === 0) return query;
  const values = [...query.values];
  const shape = restrictLevel(query.shape, { view, exchange, values }, needs);
  return { shape, values };
}

interface Restricting {
  readonly view: View;
  readonly exchange: Exchange;
  readonly values: ParameterValue[];
}

function restrictLevel(selection: Selection, scope: Restricting, needs: readonly Need[]): Selection {
  const { view, values } = scope;
  const table = view.full.table(selection.table);
  if (table === undefined) return selection;
  const conditions = [...ruleOf(selection.table, scope), ...needs].map((need) => conditionOf(table, need, values));
  const embeds = selection.embeds.map((embed) => restrictEmbed(embed, scope));
  return { ...selection, embeds, outputs: outputsOf(selection, view), where: joined(selection.where, conditions) };
}

/** What rows of a table must be to be there at all. */
function ruleOf(table: string, { view, exchange }: Restricting): readonly Need[] {
  const where = view.rules.get(table)?.where ?? [];
  return where.map(({ column, wanted }) => ({ column, value: wanted(exchange) }));
}

/** A row of a junction that is not there joins nothing. */
function restrictEmbed(embed: Embed, scope: Restricting): Embed {
  const selection = restrictLevel(embed.selection, scope, []);
  const { table: name = "" } = embed.relation.junction ?? {};
  const table = scope.view.full.table(name);
  const rule = ruleOf(name, scope);
  if (table === undefined || rule.length === 0) return { ...embed, selection };
  const of = rule.map((need) => conditionOf(table, need, scope.values));
  return { ...embed, selection, between: { kind: "and", of } };
}

/** Every column that may be read, where not all of them may. */
function outputsOf({ table, outputs }: Selection, view: View): readonly Output[] {
  const shown = view.narrowed.has(table) ? view.reads.table(table) : undefined;
  if (shown === undefined || outputs.every(({ kind }) => kind !== "star")) return outputs;
  const named = new Set(
    outputs.flatMap((output) => (output.kind === "star" || output.name === undefined ? [] : [output.name])),
  );
  return outputs.flatMap((output) => {
    if (output.kind !== "star") return [output];
    return [...(shown.columns?.keys() ?? [])]
      .filter((column) => !named.has(column))
      .map((column) => columnOutput(shown, column));
  });
}

/** Conditions that must all hold. */
export function joined(where: Condition, others: readonly Condition[]): Condition {
  if (others.length === 0) return where;
  if (where.kind === "and") return { kind: "and", of: [...where.of, ...others] };
  return { kind: "and", of: [where, ...others] };
}

/** What a column must be; the values of it are added to those of the query. */
export function conditionOf(table: Table, { column, value }: Need, values: ParameterValue[]): Condition {
  const field = fieldOf(table, column);
  const { type } = field;
  const operand = { parameter: values.length, type };
  if (Array.isArray(value)) {
    const list = (value as readonly JsonValue[]).map((one) => valueAs(one, type)).filter((one) => one !== undefined);
    values.push(list);
    return { kind: "in", field, operand };
  }
  // What cannot be a value of the column equals nothing, as null does.
  values.push(valueAs(value, type) ?? null);
  return { kind: "compare", field, operator: "eq", quantifier: undefined, language: undefined, operand };
}

/** A value as one of a type; `undefined` when it is none. */
export function valueAs(value: JsonValue | undefined, type: ValueType): JsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  const read = readValue(typeof value === "string" ? value : JSON.stringify(value), type);
  return read.problem === undefined ? read.value : undefined;
}

/** Whether two values are the same as values of a type. */
export function isSame(left: JsonValue | undefined, right: JsonValue | undefined, type: ValueType): boolean {
  const [one, other] = [valueAs(left, type), valueAs(right, type)];
  return one !== undefined && other !== undefined && textOf(one) === textOf(other);
}
