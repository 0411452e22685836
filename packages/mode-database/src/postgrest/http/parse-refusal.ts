import { isBackworksError } from "@backworks/core";
import type { FieldMap } from "@backworks/core";
import type { Refused } from "../refusal.ts";
import { refusals } from "../refusal.ts";

const kinds: Readonly<Record<string, string>> = {
  select: "select parameter",
  order: "order",
  and: "logic tree",
  or: "logic tree",
  columns: "columns parameter",
  on_conflict: "on_conflict parameter",
};

/** A query that cannot be read, as PostgREST tells it: what it read, and how far; `undefined` for other errors. */
export function parseRefusal(error: unknown, fields: FieldMap): Refused | undefined {
  if (!isBackworksError(error) || error.code !== "BW_QUERY_INVALID") return undefined;
  const parameter = String(error.members?.["parameter"] ?? "");
  const word = parameter.slice(parameter.lastIndexOf(".") + 1);
  const value = fields[parameter];
  const kind = Object.hasOwn(kinds, word) ? (kinds[word] ?? "filter") : "filter";
  const text = typeof value === "string" ? value : (value?.[0] ?? "");
  // A tree is read together with the word before it.
  const before = kind === "logic tree" ? word.length : 0;
  const column = Number(error.members?.["position"] ?? 0) + before + 1;
  return refusals.query(`"failed to parse ${kind} (${text})" (line 1, column ${column})`, error.message, error.hint);
}
