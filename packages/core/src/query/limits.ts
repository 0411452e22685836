/** What a query may hold at most; what holds more is refused before it costs anything. */
export const limits = {
  /** UTF-16 code units of one parameter. */
  length: 16_384,
  /** Levels of `select` and of `and(…)`/`or(…)`. */
  depth: 10,
  /** Parts of `select` and `order`, filters, and what stands in `and(…)`/`or(…)`, each counted over the whole query. */
  items: 500,
  /** Texts of one `in.(…)` or `{…}`. */
  list: 1_000,
  /** Steps of one JSON path. */
  steps: 20,
  /** Rows that one answer embeds: each level may multiply them. */
  embedded: 100_000,
} as const;
