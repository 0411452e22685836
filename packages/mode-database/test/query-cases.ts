import type { ReadCase } from "./query-corpus.ts";
import { reads } from "./query-corpus.ts";
import type { TestDatabase } from "./servers.ts";

const isSearch = (ask: string): boolean => /\b(?:pl|ph|w)?fts[.(]/.test(ask);
const hasRange = (ask: string): boolean => /\bsold=/.test(ask) || /\bsold\./.test(ask);
const hasExpression = (ask: string): boolean => /\bi?match[.(]/.test(ask);

/** What differs by nature. A database has no columns without a type. */
export function differs({ ask, error }: ReadCase, { type }: TestDatabase): string | undefined {
  if (type === "postgresql") return isSearch(ask) ? "answers" : undefined;
  // Only PostgreSQL has ranges: elsewhere they are texts.
  if (hasRange(ask) && error === undefined) return "BW_QUERY_INVALID";
  return type === "sqlite" && hasExpression(ask) ? "BW_QUERY_UNSUPPORTED" : undefined;
}

/** Every request of the corpus that a database can answer. */
export const cases = Object.entries(reads).flatMap(([topic, all]) =>
  all.filter(({ ask }) => !ask.startsWith("loose")).map((one) => ({ topic, ...one })),
);
