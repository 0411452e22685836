import type { EndpointSection } from "../config/config.ts";
import type { EndpointSource } from "../mode.ts";
import type { Check } from "./app.ts";

/** What is checked of the requests of one route. */
export interface RouteValidation {
  readonly check: Check;
  /** Whether the body is read first. */
  readonly readsBody: boolean;
}

/** What an endpoint says of its requests, compiled. */
export interface EndpointValidation {
  /** `undefined` when nothing is to be checked of requests with this method. */
  of(method: string, pattern: string): RouteValidation | undefined;
}

/** An endpoint with the patterns of its routes; files are read through the source. */
export interface ValidatedEndpoint {
  readonly section: EndpointSection;
  readonly source: EndpointSource;
  readonly patterns: readonly string[];
}

/**
 * Compiles `parameters`, `validation` and `schema` of an endpoint; `undefined` when it has none of them.
 *
 * @throws BW_CONFIG_INVALID with everything that is wrong with them
 */
export type CompileValidation = (endpoint: ValidatedEndpoint) => Promise<EndpointValidation | undefined>;
