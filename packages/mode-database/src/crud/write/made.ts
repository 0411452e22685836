import { randomUUID } from "node:crypto";
import type { JsonValue } from "@backworks/core";
import type { Column, Row } from "@backworks/core/query";
import type { Grant } from "../view.ts";
import type { Stored } from "./writable.ts";

/** A row that says nothing of its key has one made: here, or by the database. */
export function withKey({ table, collection }: Grant, values: Row): Row {
  const complete: Record<string, JsonValue | undefined> = { ...values };
  for (const column of table.primaryKey) if (complete[column] === null) delete complete[column];
  const uuids = table.primaryKey.filter((name) => makesUuid(table.columns?.get(name)));
  for (const column of [...(collection?.uuidColumns ?? []), ...uuids]) complete[column] ??= randomUUID();
  return complete;
}

/** Whether the database would make a key that it does not tell. */
function makesUuid(column: Column | undefined): boolean {
  return column !== undefined && "makesUuid" in column && column.makesUuid === true;
}

/** Versions begin at 1. */
export function withVersion({ collection }: Grant, stored: ReadonlyMap<string, Stored>): ReadonlyMap<string, Stored> {
  const version = collection?.options.version_column;
  return version === undefined ? stored : new Map([...stored, [version, { value: 1, bind: 1 }]]);
}
