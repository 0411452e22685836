import { BackworksError } from "../../errors.ts";
import { suggest } from "../../suggest.ts";
import type { Column, Schema, Table } from "../relations.ts";
import type * as syntax from "../syntax/syntax.ts";
import type { Field, Parameter, ParameterValue } from "../tree.ts";
import type { ValueType } from "../types.ts";

/** What one check shares: where names are looked up, and the values that were read. */
export interface Scope {
  readonly schema: Schema;
  readonly values: ParameterValue[];
}

export function addValue({ values }: Scope, value: ParameterValue, type: ValueType): Parameter {
  values.push(value);
  return { parameter: values.length - 1, type };
}

const any: ValueType = { name: "any" };
const json: ValueType = { name: "json" };
const text: ValueType = { name: "text" };

/** The field with its type. @throws BW_QUERY_UNKNOWN_COLUMN */
export function resolveField(table: Table, { column, json: steps }: syntax.Field): Field {
  const type = columnOf(table, column)?.type ?? any;
  const last = steps.at(-1);
  if (last === undefined) return { column, json: steps, type };
  return { column, json: steps, type: last.text ? text : json };
}

/** `undefined` while nothing is known of the table's columns. @throws BW_QUERY_UNKNOWN_COLUMN */
export function columnOf(table: Table, name: string): Column | undefined {
  const column = table.columns?.get(name);
  if (column !== undefined || table.columns === undefined) return column;
  const known = [...table.columns.keys()];
  const near = suggest(name, known);
  throw new BackworksError(
    "BW_QUERY_UNKNOWN_COLUMN",
    { column: name, collection: table.name },
    {
      hint: near === undefined ? `columns are ${known.join(", ")}` : `did you mean ${near}?`,
      members: { column: name },
    },
  );
}

/** @throws BW_QUERY_UNKNOWN_RELATION */
export function tableOf({ schema }: Pick<Scope, "schema">, name: string): Table {
  const table = schema.table(name);
  if (table !== undefined) return table;
  throw unknownRelation(name, name, schema.names);
}

export function unknownRelation(relation: string, collection: string, known: readonly string[]): BackworksError {
  const near = suggest(relation, known);
  const all = known.length === 0 ? "it has no relations" : `relations are ${known.join(", ")}`;
  return new BackworksError(
    "BW_QUERY_UNKNOWN_RELATION",
    { relation, collection },
    { hint: near === undefined ? all : `did you mean ${near}?`, members: { relation } },
  );
}
