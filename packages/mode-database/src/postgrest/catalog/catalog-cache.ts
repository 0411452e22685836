import type { Clock } from "@backworks/core";
import type { OpenDatabase } from "../../databases.ts";
import type { Engine } from "../../engine.ts";
import type { Catalog } from "./catalog.ts";
import { readCatalog, readMark } from "./read-catalog.ts";

/** A name that is not there may have been added a moment ago, but asking for it again and again must not cost more than this. */
const leastMs = 1000;

/** What nobody misses may have changed too: another function of a name, a default. */
const oldMs = 30_000;

/** What a database says of its catalog: anything, in PostgREST's words. */
const isAboutCatalog = (payload: string): boolean => payload === "" || payload === "reload schema";

/** What is known of one database, read when first asked for and again when it may have changed. */
export class CatalogCache {
  readonly #engine: Engine;
  readonly #channel: string | undefined;
  readonly #clock: Clock;
  #known: Catalog | undefined;
  #mark: string | undefined;
  #reading: Promise<Catalog> | undefined;
  #readAt = -Infinity;
  /** How often the database told of a change. */
  #told = 0;
  #leave: (() => void) | undefined;
  #closed = false;

  /** @param channel - on which the database tells that something has changed; `undefined` where it does not */
  constructor(engine: Engine, channel: string | undefined, clock: Clock) {
    this.#engine = engine;
    this.#channel = channel;
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

  /** Nobody is told of changes any more. */
  close(): void {
    this.#closed = true;
    this.#leave?.();
  }

  /** From the first time that somebody asks. */
  #listen(): void {
    if (this.#channel === undefined || this.#closed) return;
    this.#leave ??= this.#engine.listen?.(this.#channel, (payload) => {
      if (!isAboutCatalog(payload)) return;
      this.#told += 1;
      this.#readAt = -Infinity;
      // The database may be away: what was known holds, and requests find out by themselves.
      this.read().catch(() => {});
    });
  }

  async #readOnce(): Promise<Catalog> {
    this.#listen();
    const told = this.#told;
    try {
      const startedAt = this.#clock.monotonic();
      const mark = await readMark(this.#engine);
      if (this.#known === undefined || mark !== this.#mark) this.#known = await readCatalog(this.#engine);
      this.#mark = mark;
      // What was told meanwhile may not have been seen.
      this.#readAt = told === this.#told ? startedAt : -Infinity;
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

  of({ engine, options }: Pick<OpenDatabase, "engine" | "options">): CatalogCache {
    const cache = this.#caches.get(engine) ?? new CatalogCache(engine, channelOf(options), this.#clock);
    this.#caches.set(engine, cache);
    return cache;
  }

  close(): void {
    for (const cache of this.#caches.values()) cache.close();
  }
}

/** Who comes from PostgREST says it on its channel. */
function channelOf({ schema_channel = "pgrst" }: OpenDatabase["options"]): string | undefined {
  return schema_channel === false ? undefined : schema_channel;
}
