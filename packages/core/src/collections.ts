import type { JsonValue } from "./exchange.ts";
import { defineService } from "./service.ts";
import type { ServiceKey } from "./service.ts";

/** The collections that a mode answers, for descriptions of the API. */
export interface Collections {
  /** In the order of the configuration. @throws BW_DATABASE_UNAVAILABLE where a database has to be asked */
  describe(): Promise<readonly CollectionFacts[]>;
}

/** What a client may know of a collection. */
export interface CollectionFacts {
  /** Name of the endpoint. */
  readonly endpoint: string;
  /** Path of the list, as the configuration has it. */
  readonly path: string;
  /** Path of a row, parameters as `{name}`. */
  readonly itemPath: string;
  /** In their order. */
  readonly columns: readonly CollectionColumn[];
  /** Columns that tell rows apart. */
  readonly key: readonly string[];
  /** Rows of a list when the request does not say, and at most. */
  readonly page: { readonly default: number; readonly max: number };
  /** Relations that `select` may embed. */
  readonly embeds: readonly string[];
  /** Collections below an item: `reviews` is at `{itemPath}/reviews`. */
  readonly below: readonly CollectionBelow[];
  /** Who may read and write rows; everybody when left out. */
  readonly roles?: CollectionRoles | undefined;
  /** Keys below which answers are put. */
  readonly wrap?: { readonly list?: string | undefined; readonly single?: string | undefined } | undefined;
}

/** Rows of another collection that belong to an item. */
export interface CollectionBelow {
  /** As the path has it. */
  readonly name: string;
  /** Name of the endpoint whose rows they are. */
  readonly endpoint: string;
}

/** Roles that may do something. */
export interface CollectionRoles {
  /** Who may see rows. */
  readonly read: readonly string[];
  /** Who may make, change and remove rows. */
  readonly write: readonly string[];
}

/** A column of a collection. */
export interface CollectionColumn {
  /** As clients name it. */
  readonly name: string;
  /** JSON Schema of its values. */
  readonly schema: Readonly<Record<string, JsonValue | undefined>>;
  /** Whether a new row must bring it. */
  readonly required: boolean;
  /** Whether nobody may write it. */
  readonly readOnly: boolean;
}

/** What a mode with collections offers, by the mode's name. */
export function collectionsService(mode: string): ServiceKey<Collections> {
  return defineService<Collections>(`collections-${mode}`);
}
