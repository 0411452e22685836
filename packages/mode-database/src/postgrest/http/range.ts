import type { BackworksRequest, FieldMap } from "@backworks/core";
import type { Stretch } from "../plan/level.ts";
import { least } from "../plan/level.ts";
import { refusals } from "../refusal.ts";

/** The rows of a request, by its parameters and its Range header. @throws Refused with PGRST103 */
export function rangeOf({ limit, offset }: Stretch, { method, headers }: Asking, maxRows: number | undefined): Stretch {
  // A Range header is for GET (RFC 9110, 14.2).
  const range = method === "GET" ? readRange(headers) : undefined;
  if (range === undefined) return { limit: least(limit, maxRows), offset };
  const from = Math.max(offset, range.offset);
  const ends = [endOf({ limit, offset }), endOf(range)].filter((end) => end !== undefined);
  const end = least(...ends);
  const size = end === undefined ? undefined : Math.max(0, end - from);
  return { limit: least(size, maxRows), offset: from };
}

function endOf({ limit, offset }: Stretch): number | undefined {
  return limit === undefined ? undefined : offset + limit;
}

type Asking = Pick<BackworksRequest, "method" | "headers">;

function readRange(headers: Asking["headers"]): Stretch | undefined {
  const unit = String(headers["range-unit"] ?? "items").trim();
  const found = /^\s*(?:items\s*=\s*)?(\d{1,15})\s*-\s*(\d{1,15})?\s*$/.exec(String(headers["range"] ?? ""));
  if (found === null || unit !== "items") return undefined;
  const [, from, to] = found;
  const offset = Number(from);
  if (to === undefined) return { limit: undefined, offset };
  if (Number(to) < offset)
    throw refusals.range("The lower boundary must be lower than or equal to the upper boundary in the Range header.");
  return { limit: Number(to) - offset + 1, offset };
}

/** @throws Refused with PGRST103 */
export function checkLimit(fields: FieldMap): void {
  if (/^-\d+$/.test(String(fields["limit"]))) throw refusals.range("Limit should be greater than or equal to zero.");
}

/** 206 for a part of what is there. @throws Refused with PGRST103 */
export function statusOfRange(offset: number, rows: number, total: number | undefined): number {
  if (total === undefined) return 200;
  if (offset > total)
    throw refusals.range(`An offset of ${offset} was requested, but there are only ${total} rows.`, total);
  return rows < total ? 206 : 200;
}
