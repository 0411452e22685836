import type { JsonValue } from "@backworks/core";
import { readValue, textOf } from "@backworks/core/query";
import type { Condition, Output, Row, Table } from "@backworks/core/query";
import { fieldOf } from "./fields.ts";

/** What tells one row from another, in the order of the primary key. */
export type Key = readonly JsonValue[];

/** The key that a part of a path names, its values parted by commas; `undefined` when it cannot be one. */
export function parseKey(table: Table, segment: string): Key | undefined {
  const parts = table.primaryKey.length === 1 ? [segment] : segment.split(",");
  if (parts.length !== table.primaryKey.length) return undefined;
  const key: JsonValue[] = [];
  for (const [index, part] of parts.entries()) {
    const value = parsePart(table, table.primaryKey[index] ?? "", decode(part));
    if (value === undefined) return undefined;
    key.push(value);
  }
  return key;
}

function parsePart(table: Table, column: string, text: string | undefined): JsonValue | undefined {
  if (text === undefined || text === "") return undefined;
  const read = readValue(text, fieldOf(table, column).type);
  if (read.problem !== undefined) return undefined;
  // One spelling per number: `/products/07` is not `/products/7`.
  return typeof read.value === "number" && String(read.value) !== text ? undefined : read.value;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    // What is no text names no row.
    return undefined;
  }
}

/** The key of a row that was read with its key columns. */
export function keyOf(columns: readonly string[], row: Row): Key {
  return columns.map((column) => row[column] ?? null);
}

/** A key as a text: the number 7 and the text "7" are the same. */
export function keyText(key: Key): string {
  return JSON.stringify(key.map(textOf));
}

/** Columns of the answer that hold the key. */
export function keyOutputs(table: Table, names: readonly string[] = table.primaryKey): readonly Output[] {
  return table.primaryKey.map((column, index) => columnOutput(table, column, names[index]));
}

/** A column as it is, under a name of its own or another. */
export function columnOutput(table: Table, column: string, name: string = column): Output {
  const field = fieldOf(table, column);
  return {
    kind: "column",
    name,
    field,
    cast: undefined,
    aggregate: undefined,
    aggregateCast: undefined,
    type: field.type,
  };
}

/** Rows of one key, whose values begin at a parameter. */
export function keyEquals(table: Table, from: number): Condition {
  const of = table.primaryKey.map((column, index): Condition => {
    const field = fieldOf(table, column);
    return {
      kind: "compare",
      field,
      operator: "eq",
      quantifier: undefined,
      language: undefined,
      operand: { parameter: from + index, type: field.type },
    };
  });
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "and", of };
}

/** Rows of several keys, and of a composite one perhaps further rows: each column has a list of its values. */
export function keyIn(table: Table, from: number): Condition {
  const of = table.primaryKey.map((column, index): Condition => {
    const field = fieldOf(table, column);
    return { kind: "in", field, operand: { parameter: from + index, type: field.type } };
  });
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "and", of };
}

/** The values for `keyIn`. */
export function keyLists(table: Table, keys: readonly Key[]): readonly JsonValue[] {
  return table.primaryKey.map((_column, index) => [...new Set(keys.map((key) => key[index] ?? null))]);
}
