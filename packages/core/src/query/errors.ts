import type { JsonValue } from "../exchange.ts";
import { BackworksError } from "../errors.ts";

/** Where a mistake stands, and what to do about it. */
export interface Mistake {
  /** Of the parameter's value, percent-decoded, from 0. */
  readonly position?: number | undefined;
  /** For people. */
  readonly hint?: string | undefined;
}

/** A query that cannot be answered, with what is wrong with one of its parameters. */
export function invalid(parameter: string, problem: string, { position, hint }: Mistake = {}): BackworksError {
  const place = position === undefined ? "" : ` at character ${position + 1}`;
  const members: Record<string, JsonValue> = { parameter };
  if (position !== undefined) members["position"] = position;
  return new BackworksError("BW_QUERY_INVALID", { parameter: parameter + place, problem }, { hint, members });
}
