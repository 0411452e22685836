import type { Clock } from "@backworks/core";
import type { Engine } from "../../engine.ts";
import type { Catalog } from "./catalog.ts";
import { readCatalog, readMark } from "./read-catalog.ts";

/** A name that is not there may have been added a moment ago, but asking for it again and again must not cost more than this. */
const leastMs = 1000;

/** What nobody misses may have changed too: another function of a name, a default. */
const oldMs = 30_000;

/** What is known of one database, read when first asked for and again when it may have changed. */
export class CatalogCache {
  readonly #engine: Engine;
  readonly #clock: Clock;
  #known: Catalog | undefined;
  #mark: string | undefined;
  #reading: Promise<Catalog> | undefined;
  #readAt = -Infinity;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** What is known, without waiting; `undefined` before it was read. What is old is read anew meanwhile. */
  get known(): Catalog | undefined {
    // Whoever cannot do without it asks again, and is told what is wrong.
    if (this.#known !== undefined && this.#clock.monotonic() - this.#readAt > oldMs) this.read().catch(() => {});
    return this.#known;
  }

  /** Reads it, unless somebody does already. Its errors are the driver's. */
  read(): Promise<Catalog> {
    this.#reading ??= this.#readOnce();
    return this.#reading;
  }

  /** The catalog read anew; `undefined` when the one there is was read just now. */
  refresh(): Promise<Catalog> | undefined {
    return this.#clock.monotonic() - this.#readAt < leastMs ? undefined : this.read();
  }

  async #readOnce(): Promise<Catalog> {
    try {
      const startedAt = this.#clock.monotonic();
      const mark = await readMark(this.#engine);
      if (this.#known === undefined || mark !== this.#mark) this.#known = await readCatalog(this.#engine);
      this.#mark = mark;
      this.#readAt = startedAt;
      return this.#known;
    } finally {
      this.#reading = undefined;
    }
  }
}

/** What is known of each database, whichever endpoints ask. */
export class Catalogs {
  readonly #clock: Clock;
  readonly #caches = new Map<Engine, CatalogCache>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(engine: Engine): CatalogCache {
    const cache = this.#caches.get(engine) ?? new CatalogCache(engine, this.#clock);
    this.#caches.set(engine, cache);
    return cache;
  }
}
