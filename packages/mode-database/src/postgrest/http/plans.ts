import type { Catalog } from "../catalog/catalog.ts";

/** A statement that answers every request that asks the same with other values. */
export interface ReadPlan {
  readonly text: string;
  /** Values, and slots for them. */
  readonly binds: readonly unknown[];
  /** Names of the columns, for CSV. */
  readonly names: readonly string[];
}

/** Plans that are kept; clients can ask without end for other names. */
const mostKept = 1000;

/** Plans by what they answer, as long as the catalog they were made with is the one that is known. */
export class ReadPlans {
  readonly #plans = new Map<string, ReadPlan>();
  #catalog: Catalog | undefined;

  /** The plan of a key, made when there is none. */
  take(catalog: Catalog, key: string, make: () => ReadPlan): ReadPlan {
    if (catalog !== this.#catalog) this.#plans.clear();
    this.#catalog = catalog;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = make();
    if (this.#plans.size >= mostKept) this.#plans.clear();
    this.#plans.set(key, plan);
    return plan;
  }
}
