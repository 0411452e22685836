import type { output } from "zod/mini";
import { _default, array, boolean, describe, minLength, optional, strictObject, string } from "zod/mini";
import { count } from "@backworks/option-values";

const text = string().check(minLength(1));

const expose = strictObject({
  tables: optional(array(text)).check(describe("Tables and views that may be seen. Left out: all of the schemas.")),
  functions: optional(array(text)).check(describe("Functions that may be called. Left out: all of the schemas.")),
}).check(describe("What may be seen of the schemas."));

const jwt = strictObject({
  secret: optional(string().check(minLength(32))).check(
    describe("Secret of tokens that are signed by HS256, at least 32 characters: `${JWT_SECRET}`."),
  ),
  public_key: optional(text).check(describe("Public key, as PEM, of tokens that are signed by RS256 or ES256.")),
  audience: optional(text).check(
    describe("What `aud` of a token must be or hold, where a token has it. Left out: anything."),
  ),
  role_claim: _default(text, "role").check(describe("Claim that names the role of the database.")),
})
  .check(({ value, issues }) => {
    if ((value.secret === undefined) === (value.public_key === undefined))
      issues.push({ code: "custom", message: "needs either secret or public_key", input: value });
  })
  .check(describe("Tokens (`Authorization: Bearer …`) that say the role of a request."));

/** `postgrest:` of an endpoint whose dialect that is. */
export const postgrestSchema = strictObject({
  schemas: _default(array(text).check(minLength(1)), ["public"]).check(
    describe("Schemas that clients may choose by `Accept-Profile` and `Content-Profile`; the first is meant without."),
  ),
  expose: optional(expose),
  max_rows: optional(count(1, 1_000_000)).check(
    describe("Rows at most of a list, also of an embedded one. Left out: all."),
  ),
  aggregates: _default(boolean(), false).check(
    describe("Whether `sum()`, `count()` and their like may be asked for; they may cost much."),
  ),
  plans: _default(boolean(), false).check(
    describe("Whether `Accept: application/vnd.pgrst.plan` tells how the database answers; not for the public."),
  ),
  tx_rollback: _default(boolean(), true).check(describe("Whether `Prefer: tx=rollback` is followed.")),
  role: optional(text).check(
    describe(
      "Role of the database that requests without a token have. A request with a role runs in a transaction that knows `request.method`, `request.path`, `request.headers` and `request.jwt.claims`. Left out: that of the connection, or with `jwt` none: then 401.",
    ),
  ),
  jwt: optional(jwt),
  pre_request: optional(text).check(
    describe("Function without arguments, `schema.name`, that is called before the statement of every request."),
  ),
  extra_search_path: _default(array(text), ["public"]).check(
    describe("Schemas in which functions of the database find names, after that of the request."),
  ),
}).check(describe("How `dialect: postgrest` answers."));

export type PostgrestOptions = output<typeof postgrestSchema>;
/** Settings that say nothing. */
export const defaultPostgrest: PostgrestOptions = postgrestSchema.parse({});
