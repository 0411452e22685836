import { BackworksError } from "../errors.ts";
import type { Stretch } from "./check/page.ts";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The rows a Range header asks for: `0-9`, `10-` or `items=0-9`. Other units are not for us (RFC 9110, 14.2).
 *
 * @throws BW_QUERY_RANGE when it ends before it begins
 */
export function parseRangeHeader(headers: Headers): Stretch | undefined {
  if (headers["range"] === undefined) return undefined;
  const unit = headers["range-unit"] ?? "items";
  const found = /^\s*(?:items\s*=\s*)?(\d{1,15})\s*-\s*(\d{1,15})?\s*$/.exec(String(headers["range"]));
  if (found === null || String(unit).trim() !== "items") return undefined;
  const [, from, to] = found;
  const offset = Number(from);
  if (to === undefined) return { offset, limit: undefined };
  if (Number(to) < offset) throw outOfRange(`${from}-${to}`, undefined);
  return { offset, limit: Number(to) - offset + 1 };
}

/** 416, with how many rows there are, where that is why. */
export function outOfRange(range: string, total: number | undefined): BackworksError {
  const problem = total === undefined ? "ends before it begins" : `begins after the last of ${total} rows`;
  return new BackworksError(
    "BW_QUERY_RANGE",
    { range, problem },
    { headers: { "content-range": `*/${total ?? "*"}` } },
  );
}
