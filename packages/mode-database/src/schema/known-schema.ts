import type { MaybePromise } from "@backworks/core";
import type { Engine } from "../engine.ts";
import { readSchema } from "./read-schema.ts";
import type { DatabaseSchema } from "./schema.ts";

/** What others say who share the channel with us: PostgREST has its configuration read again, too. */
const isAboutTables = (payload: string): boolean => payload === "" || payload === "reload schema";

/** A database's structure as it was read last: read when somebody first needs it, and again when it may have changed. */
export class KnownSchema {
  readonly #engine: Engine;
  readonly #channel: string | undefined;
  #known: DatabaseSchema | undefined;
  #reading: Promise<DatabaseSchema> | undefined;
  #isOutdated = false;
  #leave: (() => void) | undefined;
  #closed = false;

  /** @param channel - on which the database tells that something has changed; `undefined` where it does not */
  constructor(engine: Engine, channel: string | undefined) {
    this.#engine = engine;
    this.#channel = channel;
  }

  /** No promise once it is known; its errors are the driver's. */
  get(): MaybePromise<DatabaseSchema> {
    return this.#known ?? this.#reading ?? this.refresh();
  }

  /** Reads it again. What was known holds until then, and where it cannot be read. What is the same stays the same object. */
  async refresh(): Promise<DatabaseSchema> {
    this.#listen();
    const reading = this.#read();
    this.#reading = reading;
    try {
      return await reading;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
      if (this.#isOutdated) this.#readAgain();
    }
  }

  /** Nobody is told of changes any more. */
  close(): void {
    this.#closed = true;
    this.#leave?.();
    this.#leave = undefined;
  }

  async #read(): Promise<DatabaseSchema> {
    const schema = await readSchema(this.#engine);
    if (this.#known === undefined || textOf(schema) !== textOf(this.#known)) this.#known = schema;
    return this.#known;
  }

  /** From the first time that somebody needs it. */
  #listen(): void {
    if (this.#channel === undefined || this.#closed) return;
    this.#leave ??= this.#engine.listen?.(this.#channel, (payload) => {
      if (isAboutTables(payload)) this.#readAgain();
    });
  }

  /** Reads one time after another, however often it is told. */
  #readAgain(): void {
    this.#isOutdated = this.#reading !== undefined;
    if (this.#isOutdated || this.#closed) return;
    // The database may be away: what was known holds, and requests find out by themselves.
    this.refresh().catch(() => {});
  }
}

function textOf({ names, table }: DatabaseSchema): string {
  return JSON.stringify(names.map((name) => ({ ...table(name), columns: [...(table(name)?.columns.values() ?? [])] })));
}
