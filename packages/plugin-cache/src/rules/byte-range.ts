/** A stretch of a body; `last` belongs to it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one stretch a `Range` field asks for; `undefined` when the field does not count, "none" when nothing of the body is in it.
 *
 * Source: RFC 9110, 14.1.2 and 14.2. Several stretches are answered with the whole.
 */
export function parseByteRange(field: string, length: number): ByteRange | "none" | undefined {
  const [, first = "", last = ""] = /^bytes\s*=\s*(\d*)-(\d*)$/i.exec(field.trim()) ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") return lastOf(Math.min(Number(last), length), length);
  return between(Number(first), last === "" ? Infinity : Number(last), length);
}

function between(first: number, last: number, length: number): ByteRange | "none" | undefined {
  if (last < first) return undefined;
  return first >= length ? "none" : { first, last: Math.min(last, length - 1) };
}

function lastOf(wanted: number, length: number): ByteRange | "none" {
  return wanted === 0 ? "none" : { first: length - wanted, last: length - 1 };
}
