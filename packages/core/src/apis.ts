import type { JsonValue } from "./exchange.ts";
import type { ServiceKey } from "./service.ts";
import { defineService } from "./service.ts";

/** External APIs of the root key `apis:`, as handlers reach them: authenticated, limited in time and rate. */
export interface Apis {
  /** In the order of the configuration. */
  readonly names: readonly string[];
  /** The API of this name; `undefined` when the configuration has none. */
  find(name: string): Api | undefined;
}

/** One external API. */
export interface Api {
  /** Asks it. An answer of any status is an answer. @throws BW_UPSTREAM_UNREACHABLE, BW_UPSTREAM_TIMEOUT, BW_API_LIMIT */
  request(request: ApiRequest): Promise<ApiResponse>;
}

/** What is asked. Made of plain data, so that it can cross to another thread or process; only `signal` stays. */
export interface ApiRequest {
  /** Upper case. @defaultValue "GET" */
  readonly method?: string;
  /** Below the API's `base_url`; may bring a query. */
  readonly path: string;
  /** Added to the query of `path`; a list repeats the name. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;
  /** Besides those of the configuration, which authentication wins over. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: JsonValue | Uint8Array;
  /** Milliseconds for the whole answer. @defaultValue the API's `timeout` */
  readonly timeoutMs?: number;
  /** Ends the request. */
  readonly signal?: AbortSignal;
}

/** What came back, whole. */
export interface ApiResponse {
  /** HTTP status. */
  readonly status: number;
  /** Names in lower case; values of one name are joined by a comma and a space. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON by content type, otherwise text; `null` when there is none. */
  readonly body: JsonValue;
  /** As it came, content codings undone. */
  readonly bytes: Uint8Array;
}

/** Under which the mode that has `apis:` offers them. */
export const apisService: ServiceKey<Apis> = defineService<Apis>("apis");
