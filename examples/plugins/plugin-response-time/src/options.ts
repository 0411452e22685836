import type { StandardSchema } from "@backworks/core";
import {
  _default,
  int,
  maximum,
  meta,
  minimum,
  number,
  optional,
  positive,
  regex,
  strictObject,
  string,
} from "zod/mini";

/** Options of `plugins.response-time`. */
export interface Options {
  /** Header to write. @defaultValue "x-response-time" */
  readonly header: string;
  /** Digits after the point, 0 to 3. @defaultValue 1 */
  readonly digits: number;
  /** Responses that take longer, in milliseconds, are warned of; none when absent. */
  readonly slow_ms?: number | undefined;
}

/** Options of `endpoints.<endpoint>.response-time`. */
export interface EndpointOptions {
  /** Instead of the plugin's, for this endpoint; milliseconds. */
  readonly slow_ms?: number | undefined;
}

const slowMs = optional(number().check(positive(), meta({ description: "Warn of responses that take longer, ms" })));

export const options: StandardSchema<unknown, Options> = strictObject({
  header: _default(
    string().check(
      regex(/^[a-z0-9-]+$/, "must be a header name in lower case"),
      meta({ description: "Header to write" }),
    ),
    "x-response-time",
  ),
  digits: _default(int().check(minimum(0), maximum(3), meta({ description: "Digits after the point" })), 1),
  slow_ms: slowMs,
});

export const endpointOptions: StandardSchema<unknown, EndpointOptions> = strictObject({ slow_ms: slowMs });
