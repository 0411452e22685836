import { array, boolean, describe, optional, strictObject, string } from "zod/mini";
import { minLength } from "zod/mini";
import { lifetime } from "./values.ts";

/** Which pairs of a query count. */
export const querySchema = optional(
  strictObject({
    ignore: optional(array(string().check(minLength(1)))).check(
      describe(
        "Names of the query that count for nothing and that the handler does not get; `utm_*` for all that begin so.",
      ),
    ),
    sort: optional(boolean()).check(
      describe("Whether the order of names counts for nothing; the handler gets them in order of name."),
    ),
  }),
).check(describe("What of the query does not count."));

/** Said for the whole API, and again for one endpoint. */
export const sharedShape = {
  negative_ttl: optional(lifetime()).check(
    describe(
      "How long errors that say nothing themselves are kept: 404, 405, 410, 414, 501. Without it no error is stored at all.",
    ),
  ),
  stale_while_revalidate: optional(lifetime()).check(
    describe("How long past its time an answer is still used while it is asked for anew."),
  ),
  stale_if_error: optional(lifetime()).check(
    describe(
      "How long past its time an answer stands in for a failure of its source: 500, 502, 503, 504 or none at all.",
    ),
  ),
  trust_vary: optional(boolean()).check(
    describe(
      "Whether `Vary` of the answers names everything they depend on. With `true` handlers get what a request says, and what RFC 9111 allows for requests that say who asks is done; with `false` they get only what is part of the key. Left out: `false` where `ttl` says how long answers hold and for modes that make them here; sources behind a proxy get what is no `X-…` field and does not say who asks.",
    ),
  ),
  obey_requests: optional(boolean()).check(
    describe(
      "Whether requests may say what they want of the cache (`Cache-Control: no-cache`, `max-age` and so on). True unless it is said.",
    ),
  ),
  query: querySchema,
} as const;
