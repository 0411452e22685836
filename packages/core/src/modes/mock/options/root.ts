import type { output } from "zod/mini";
import { array, boolean, describe, int, optional, refine, strictObject, string } from "zod/mini";
import { parseSessionKey } from "../session-key.ts";
import { unmatchedSchema } from "./endpoint.ts";
import { deliveryShape } from "./rule.ts";

const sessionExpectation =
  'must say where the key stands: "header:X-Test-Session", "cookie:sid", "query:session" or "jwt:sub"';

const session = strictObject({
  by: string()
    .check(refine((value) => parseSessionKey(value) !== undefined, sessionExpectation))
    .check(
      describe(
        "Where a request carries the key of its session: `header:<name>`, `cookie:<name>`, `query:<name>` or `jwt:<claim>`.",
      ),
    ),
}).check(
  describe("Gives each session its own state, resources, sequences and counters. Left out: all requests share one."),
);

/** Schema of the root key `mock`: defaults for every endpoint. */
export const mockDefaultsSchema = strictObject({
  ...deliveryShape,
  unmatched: optional(unmatchedSchema),
  session: optional(session),
}).check(describe("Defaults of mock mode for every endpoint."));

/** Schema of the root key `seed`. */
export const seedSchema = int().check(
  describe("Makes every random value repeatable. Left out: different at each start."),
);

const clockExpectation = 'must be a date such as "2026-01-31T12:00:00Z"';

/** Schema of the root key `clock`. */
export const clockSchema = string()
  .check(refine((value) => !Number.isNaN(Date.parse(value)), clockExpectation))
  .check(describe("Fixes `now()` in templates, for tests. Left out: the machine's clock."));

/** Schema of the root key `strict_templates`. */
export const strictTemplatesSchema = boolean().check(
  describe("Whether missing data in a template is an error (500) instead of null or an empty text. Left out: false."),
);

/** Schema of the root key `expose_env`. */
export const exposeEnvSchema = array(string()).check(
  describe("Environment variables that templates may read as `env.NAME`. Left out: none."),
);

export type MockDefaults = output<typeof mockDefaultsSchema>;
