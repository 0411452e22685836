import { BackworksError } from "./errors.ts";
import type { Source } from "./errors.ts";

/** The order in which mistakes are shown. */
export interface MistakeOrder {
  /** What the whole is called: the file it began with. @defaultValue the file of the first mistake */
  readonly file?: string;
  /** In the order of reading; a file that is not among them comes after, as it was met. */
  readonly sources?: readonly Source[];
}

/** One BW_CONFIG_INVALID for all mistakes: each once, file by file, from top to bottom. */
export function invalidConfig(mistakes: readonly BackworksError[], order: MistakeOrder = {}): BackworksError {
  const errors = inFileOrder(unique(mistakes), order.sources ?? []);
  const where = errors[0]?.where;
  const file = order.file ?? where?.source.file ?? "the configuration";
  const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
  return new BackworksError("BW_CONFIG_INVALID", { count, file }, { where, errors });
}

/** Those that an error stands for; itself when it stands for no other. */
export function partsOf(error: BackworksError): readonly BackworksError[] {
  return error.errors.length > 0 ? error.errors : [error];
}

function unique(mistakes: readonly BackworksError[]): BackworksError[] {
  const seen = new Set<string>();
  return mistakes.filter(({ code, message, where }) => {
    const key = `${code} ${where?.source.file}:${where?.line}:${where?.column} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What has no place comes last. */
function inFileOrder(mistakes: readonly BackworksError[], sources: readonly Source[]): BackworksError[] {
  const files = [...sources.map(({ file }) => file), ...mistakes.map(({ where }) => where?.source.file)];
  const rank = ({ where }: BackworksError): readonly number[] =>
    where === undefined ? [Infinity] : [files.indexOf(where.source.file), where.line, where.column];
  return mistakes.toSorted((one, other) => {
    const [left, right] = [rank(one), rank(other)];
    const index = left.findIndex((value, position) => value !== right[position]);
    return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
  });
}
