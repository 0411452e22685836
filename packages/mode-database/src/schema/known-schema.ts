import type { MaybePromise } from "@backworks/core";
import type { Engine } from "../engine.ts";
import { readSchema } from "./read-schema.ts";
import type { DatabaseSchema } from "./schema.ts";

/** A database's structure as it was read last: read when somebody first needs it, and again when it may have changed. */
export class KnownSchema {
  readonly #engine: Engine;
  #known: DatabaseSchema | undefined;
  #reading: Promise<DatabaseSchema> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** No promise once it is known; its errors are the driver's. */
  get(): MaybePromise<DatabaseSchema> {
    return this.#known ?? this.#reading ?? this.refresh();
  }

  /** Reads it again. What was known holds until then, and where it cannot be read. */
  async refresh(): Promise<DatabaseSchema> {
    const reading = readSchema(this.#engine);
    this.#reading = reading;
    try {
      const schema = await reading;
      // Another one that began later knows more.
      if (this.#reading === reading) this.#known = schema;
      return schema;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }
}
