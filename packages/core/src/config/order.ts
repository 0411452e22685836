import type { BackworksError, Source } from "../errors.ts";

/** Sorts mistakes as a reader meets them: file by file in the order of reading, then by place. */
export function compareErrors(sources: readonly Source[]): (left: BackworksError, right: BackworksError) => number {
  const rank = (error: BackworksError): readonly number[] => {
    if (error.where === undefined) return [Infinity, 0, 0];
    const file = sources.indexOf(error.where.source);
    return [file < 0 ? sources.length : file, error.where.line, error.where.column];
  };
  return (left, right) => {
    const [a, b] = [rank(left), rank(right)];
    const index = a.findIndex((value, position) => value !== b[position]);
    return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
  };
}
