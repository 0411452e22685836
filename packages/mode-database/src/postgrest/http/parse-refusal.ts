import { isBackworksError } from "@backworks/core";
import type { FieldMap } from "@backworks/core";
import type { Refused } from "../refusal.ts";
import { refusals } from "../refusal.ts";

const kinds: ReadonlyMap<string, string> = new Map([
  ["select", "select parameter"],
  ["order", "order"],
  ["and", "logic tree"],
  ["or", "logic tree"],
  ["columns", "columns parameter"],
  ["on_conflict", "on_conflict parameter"],
]);

/** A query that cannot be read, as PostgREST tells it: what it read, and how far; `undefined` for other errors. */
export function parseRefusal(error: unknown, fields: FieldMap): Refused | undefined {
  if (!isBackworksError(error) || error.code !== "BW_QUERY_INVALID") return undefined;
  const { parameter, position } = error.members ?? {};
  const name = typeof parameter === "string" ? parameter : "";
  const word = name.slice(name.lastIndexOf(".") + 1);
  const kind = kinds.get(word) ?? "filter";
  // A tree is read together with the word before it.
  const before = kind === "logic tree" ? word.length : 0;
  const column = Number(position ?? 0) + before + 1;
  const message = `"failed to parse ${kind} (${textOf(fields[name])})" (line 1, column ${column})`;
  return refusals.query(message, error.message, error.hint);
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value?.[0] ?? "");
}
