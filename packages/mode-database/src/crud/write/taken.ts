import { isBackworksError } from "@backworks/core";
import type { Table } from "@backworks/core/query";
import type { Key } from "../keys.ts";
import type { Stored } from "./writable.ts";

/** The key of a row that could not be stored because another has it; `undefined` for any other error. */
export function namesKey(error: unknown, { primaryKey }: Table, stored: ReadonlyMap<string, Stored>): Key | undefined {
  if (!isBackworksError(error) || error.code !== "BW_DATABASE_CONFLICT") return undefined;
  const columns = (error.members?.["columns"] ?? []) as readonly string[];
  const isKey = columns.length === primaryKey.length && columns.every((column) => primaryKey.includes(column));
  const key = primaryKey.map((column) => stored.get(column)?.value ?? null);
  return isKey && !key.includes(null) ? key : undefined;
}
