/** One request to read and what every back end answers. */
export interface ReadCase {
  /** `customers?name=eq.Ada`, the query not percent-encoded. */
  readonly ask: string;
  /** Values of the primary key's first column, in the order of the answer. */
  readonly ids?: readonly number[];
  /** The whole answer. */
  readonly rows?: readonly unknown[];
  /** The code of the error. */
  readonly error?: string;
}

export type Cases = readonly ReadCase[];

export function ids(ask: string, ...values: number[]): ReadCase {
  return { ask, ids: values };
}

export function rows(ask: string, ...values: unknown[]): ReadCase {
  return { ask, rows: values };
}

export function refused(...asks: string[]): ReadCase[] {
  return asks.map((ask) => ({ ask, error: "BW_QUERY_INVALID" }));
}
