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
  const [, first = "", last = ""] = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(field) ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const wanted = Math.min(Number(last), length);
    return wanted === 0 ? "none" : { first: length - wanted, last: length - 1 };
  }
  const from = Number(first);
  if (last !== "" && Number(last) < from) return undefined;
  if (from >= length) return "none";
  return { first: from, last: last === "" ? length - 1 : Math.min(Number(last), length - 1) };
}
