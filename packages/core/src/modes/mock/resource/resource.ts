import type { Collections } from "../../../collections.ts";
import type { Place } from "../../../errors.ts";
import type { Exchange, JsonValue, MaybePromise, ResponseInit } from "../../../exchange.ts";
import type { Logger } from "../../../logger.ts";
import type { ProjectFiles } from "../../../mode.ts";
import type { ResourceAccess } from "../../../template/template.ts";
import type { Session, Sessions } from "../session.ts";
import type { ResourceOptions } from "./options.ts";

/** The collections of one App that keep what clients write. */
export interface Resources extends Collections {
  /**
   * Adds the collection of one endpoint; its routes answer once `link` ran.
   *
   * @throws BW_CONFIG_INVALID with every mistake of its options, or a single error with its place.
   */
  add(source: ResourceSource): Promise<Resource>;
  /** Joins relations when every endpoint was compiled; a collection that only a relation names begins empty. @throws BW_CONFIG_INVALID for a misspelled one */
  link(): Promise<void>;
  /** What `resource('users')` finds in a template. */
  access(session: Session): ResourceAccess;
  /** Writes what is persisted and not written yet. */
  close(): Promise<void>;
}

/** One collection. */
export interface Resource {
  /** Name of the endpoint, and of the resource in templates and relations. */
  readonly name: string;
  /** Collection and item, then those of the relations. */
  readonly routes: readonly ResourceRoute[];
}

/** One pattern of a collection with the methods it answers. HEAD follows from GET. */
export interface ResourceRoute {
  /** Upper case. */
  readonly methods: readonly string[];
  /** The endpoint's path, or one below it: `/products/{id}`, `/products/{id}/reviews`. */
  readonly path: string;
  /**
   * Reads and writes in one synchronous step; a promise when a write must be on the disk before it is answered. The body must have
   * been read (`needs.requestBody`).
   *
   * @throws BackworksError whose status is the answer: 400, 404, 409, 412, 415, 422 or 500
   */
  answer(exchange: Exchange, session: Session): MaybePromise<ResponseInit>;
}

/** The endpoint a collection is made from. */
export interface ResourceSource {
  readonly name: string;
  /** Name under which the endpoint keeps state in a session. */
  readonly owner: string;
  /** Where its seeds and schema are read. */
  readonly files: ProjectFiles;
  /** The endpoint's path: the collection's. */
  readonly path: string;
  /** Upper case; every method when `undefined`. */
  readonly methods: readonly string[] | undefined;
  /** Checked by `resourceSchema`. */
  readonly options: ResourceOptions;
  /** Where a value of the options stands: `["seed"]`, `["relations", "reviews"]`. */
  place(path: readonly (string | number)[]): Place;
  /** Evaluates the templates in seeds, once, at load. */
  readonly evaluate?: (seed: JsonValue) => JsonValue;
}

/** What all collections of an App share. */
export interface ResourcesOptions {
  readonly sessions: Sessions;
  readonly logger: Logger;
  /** Query parameters that are no columns, such as a session key's. @defaultValue [] */
  readonly ignoredParameters?: readonly string[];
}
