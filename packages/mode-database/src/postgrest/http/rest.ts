import type { Clock, Exchange } from "@backworks/core";
import type { OpenDatabase } from "../../databases.ts";
import type { Statement } from "../../engine.ts";
import { keepStatements } from "../../statement.ts";
import type { CatalogCache } from "../catalog/catalog-cache.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Media, MediaRange } from "./media.ts";
import { ReadPlans } from "./plans.ts";
import type { Preferences } from "./preferences.ts";
import type { Timing } from "./timing.ts";
import type { Claims } from "./token.ts";

/** What an endpoint that speaks as PostgREST does is set to. */
export interface RestSettings {
  /** Schemas that may be asked for; the first is meant when none is named. */
  readonly schemas: readonly string[];
  /** Tables, views and functions that may be seen; all when `undefined`. */
  readonly tables: ReadonlySet<string> | undefined;
  readonly functions: ReadonlySet<string> | undefined;
  readonly maxRows: number | undefined;
  readonly aggregates: boolean;
  readonly plans: boolean;
  /** Of what the path above all tables tells. */
  readonly openapi: "follow-privileges" | "ignore-privileges" | "disabled";
  /** Whether it tells of tokens. */
  readonly openapiSecurity: boolean;
  readonly txEnd: TxEnd;
  /** Function that answers the path above all tables; OpenAPI when `undefined`. */
  readonly root: string | undefined;
  /** Whether answers tell how long their parts took. */
  readonly timing: boolean;
  /** Role of a request without a token; that of the connection when `undefined`. */
  readonly role: string | undefined;
  /** Reads the token of a request; `undefined` where there are none. */
  readonly tokens: ((header: string | undefined) => Claims | undefined) | undefined;
  /** The role that claims name. */
  readonly roleIn: (claims: Claims | undefined) => string | undefined;
  /** Calls the function that runs before every statement. */
  readonly preRequest: Statement | undefined;
  /** Settings that functions find as `app.settings.name`. */
  readonly appSettings: readonly (readonly [name: string, value: string])[];
  /** Schemas where functions find names after that of the request. */
  readonly extraPath: readonly string[];
  /** Whether that is where a connection looks anyway. */
  readonly ownPath: boolean;
}

/** How what a request did ends. */
export interface TxEnd {
  /** Whether nothing of it stays. */
  readonly undoes: boolean;
  /** Whether a request may say otherwise: `Prefer: tx=…`. */
  readonly mayBeOther: boolean;
}

/** What the requests of one endpoint share. */
export interface Rest {
  readonly database: OpenDatabase;
  readonly cache: CatalogCache;
  readonly settings: RestSettings;
  readonly plans: ReadPlans;
  readonly clock: Clock;
  /** Statements by their text. */
  statement(text: string, reads: boolean): Statement;
}

/** A request whose head was read. */
export interface OpenRequest {
  readonly exchange: Exchange;
  /** HEAD is GET here. */
  readonly method: string;
  readonly schema: string;
  /** Whether the answer says the schema, since there was a choice. */
  readonly saysSchema: boolean;
  readonly preferences: Preferences;
  /** What the client takes, the most wanted first. */
  readonly accept: readonly MediaRange[];
  readonly catalog: Catalog;
  readonly caller: Caller;
  /** `undefined` where nobody wants to know. */
  readonly timing: Timing | undefined;
}

/** One whose answer has its type. */
export interface RestRequest extends OpenRequest {
  readonly media: Media;
}

/** Who a request is of. */
export interface Caller {
  /** That of the connection when `undefined`. */
  readonly role: string | undefined;
  readonly claims: Claims | undefined;
  /** Whether somebody said who it is. */
  readonly known: boolean;
}

/** Statements that are prepared; their number is bounded by what clients ask, not by what they ask it with. */
const mostKept = 1000;

export function createRest(parts: Pick<Rest, "database" | "cache" | "settings" | "clock">): Rest {
  return { ...parts, plans: new ReadPlans(), statement: keepStatements(mostKept) };
}
