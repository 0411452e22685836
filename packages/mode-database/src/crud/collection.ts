import type { Place } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import type { EndpointOptions } from "../options/endpoint.ts";
import type { Access } from "./access.ts";

/** A table that an endpoint answers by itself. */
export interface Collection {
  /** Name of the endpoint: of the collection in messages. */
  readonly name: string;
  /** As the configuration writes it. */
  readonly path: string;
  /** Path of a row. */
  readonly itemPath: string;
  readonly database: OpenDatabase;
  readonly table: string;
  readonly options: EndpointOptions;
  readonly access: Access | undefined;
  /** Rows of a list: when the request does not say, and at most. */
  readonly page: NonNullable<EndpointOptions["page"]>;
  /** Columns that the endpoint's path says. */
  readonly pathColumns: readonly string[];
  /** Whether rows may be added, by the methods of the endpoint. */
  readonly takesRows: boolean;
  /** Whether anything may be written. */
  readonly writes: boolean;
  /** Columns whose key is made here when a row comes without, because the database makes none. */
  readonly uuidColumns: readonly string[];
  /** Where a value of the `database:` block stands. */
  place(path: readonly (string | number)[]): Place;
}

/** The collections of an App. */
export class Collections {
  /** By endpoint, as it is. */
  readonly #byKey = new Map<string, Collection>();
  #changes = 0;

  /** Grows whenever there are others: what one collection shows of another is found anew. */
  get changes(): number {
    return this.#changes;
  }

  /** @param endpoint - what tells the endpoint as it is from what it was before */
  add(endpoint: string, collection: Collection): void {
    this.#byKey.set(endpoint, collection);
    this.#changes += 1;
  }

  forget(endpoint: string): void {
    if (this.#byKey.delete(endpoint)) this.#changes += 1;
  }

  /** Of a database, in the order of the configuration. While an endpoint is exchanged there are two, of which the later one counts. */
  of(database: OpenDatabase): readonly Collection[] {
    const own = [...this.#byKey.values()].filter((one) => one.database === database);
    return [...new Map(own.map((one) => [one.name, one])).values()];
  }

  all(): Iterable<Collection> {
    return this.#byKey.values();
  }

  /** The collection of an endpoint. */
  find(name: string): Collection | undefined {
    return [...this.#byKey.values()].findLast((one) => one.name === name);
  }
}
