import { invalid, limits } from "@backworks/core/query";
import type { Values } from "./sql.ts";

/** What one run of a plan shares with those who read its rows. */
export class Reading {
  readonly values: Values;
  #embedded = 0;

  constructor(values: Values) {
    this.values = values;
  }

  /** Each level may multiply the rows of the one around it. @throws BW_QUERY_INVALID when there are too many */
  count(rows: number): void {
    this.#embedded += rows;
    if (this.#embedded > limits.embedded)
      throw invalid("select", `embeds more than ${limits.embedded} rows`, { hint: "limit the rows that are embedded" });
  }
}
