/** A stretch of ordered values; a bound that is `undefined` is open. */
export interface Range {
  readonly lower: string | undefined;
  readonly upper: string | undefined;
  readonly lowerIncluded: boolean;
  readonly upperIncluded: boolean;
  readonly empty: boolean;
}

const nothing: Range = { lower: undefined, upper: undefined, lowerIncluded: false, upperIncluded: false, empty: true };

/** Reads `[1,5)`, `(,10]`, `empty`; `undefined` for anything else. Source: PostgreSQL 16, 8.17.5. */
export function parseRange(text: string): Range | undefined {
  if (text.trim().toLowerCase() === "empty") return nothing;
  const found = /^([[(])\s*("[^"]*"|[^,"()[\]]*?)\s*,\s*("[^"]*"|[^,"()[\]]*?)\s*([\])])$/.exec(text.trim());
  if (found === null) return undefined;
  const [, open, lower = "", upper = "", close] = found;
  const range = { lower: bound(lower), upper: bound(upper), lowerIncluded: open === "[", upperIncluded: close === "]" };
  return discrete({ ...range, empty: false });
}

function bound(text: string): string | undefined {
  const plain = text.startsWith('"') ? text.slice(1, -1) : text;
  return plain === "" || plain === "infinity" || plain === "-infinity" ? undefined : plain;
}

const whole = /^-?\d{1,15}$/;
const day = /^\d{4}-\d\d-\d\d$/;

/** Whole numbers and days have neighbours: `[1,4]` is `[1,5)`. */
function discrete(range: Range): Range {
  if (!hasNeighbours(range)) return range;
  const lower = range.lower !== undefined && !range.lowerIncluded ? next(range.lower) : range.lower;
  const upper = range.upper !== undefined && range.upperIncluded ? next(range.upper) : range.upper;
  const empty = lower !== undefined && upper !== undefined && compareBounds(lower, upper) >= 0;
  return empty ? nothing : { lower, upper, lowerIncluded: lower !== undefined, upperIncluded: false, empty };
}

function hasNeighbours({ lower, upper }: Range): boolean {
  const bounds = [lower, upper].filter((one) => one !== undefined);
  return bounds.length > 0 && [whole, day].some((pattern) => bounds.every((one) => pattern.test(one)));
}

function next(text: string): string {
  if (whole.test(text)) return String(Number(text) + 1);
  return new Date(Date.parse(`${text}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** Numbers by size, anything else by code unit. */
export function compareBounds(left: string, right: string): number {
  const [a, b] = [Number(left), Number(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return Math.sign(a - b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
