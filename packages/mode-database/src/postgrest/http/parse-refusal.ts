import { isBackworksError } from "@backworks/core";
import type { BackworksError, FieldMap } from "@backworks/core";
import type { Refused } from "../refusal.ts";
import { refusals } from "../refusal.ts";
import { stopWords } from "./parse-words.ts";
import type { Stop, StopWords } from "./parse-words.ts";

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
  const text = textOf(fields[name]);
  const told = tellStop(error, { kind, text, position: typeof position === "number" ? position : undefined });
  // A tree is read together with the word before it.
  const column = told.position + (kind === "logic tree" ? word.length : 0) + 1;
  return refusals.query(`"failed to parse ${kind} (${text})" (line 1, column ${column})`, told.details, told.hint);
}

interface Told extends StopWords {
  readonly hint: string | undefined;
}

/** In our words, where PostgREST has others than we know. */
function tellStop(
  { message, hint }: BackworksError,
  { kind, text, position }: Omit<Stop, "position"> & { readonly position: number | undefined },
): Told {
  const words = position === undefined ? undefined : stopWords({ kind, text, position });
  return words === undefined ? { position: position ?? 0, details: message, hint } : { ...words, hint: undefined };
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value?.[0] ?? "");
}
