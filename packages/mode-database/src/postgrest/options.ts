import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  enum as oneOf,
  minLength,
  optional,
  record,
  refine,
  regex,
  strictObject,
  string,
} from "zod/mini";
import { count } from "@backworks/option-values";
import { createRoleClaim } from "./http/role-claim.ts";

const text = string().check(minLength(1));

const expose = strictObject({
  tables: optional(array(text)).check(describe("Tables and views that may be seen. Left out: all of the schemas.")),
  functions: optional(array(text)).check(describe("Functions that may be called. Left out: all of the schemas.")),
}).check(describe("What may be seen of the schemas."));

const jwt = strictObject({
  secret: optional(string().check(minLength(32))).check(
    describe("Secret of tokens that are signed by HS256, at least 32 characters: `${JWT_SECRET}`."),
  ),
  secret_base64: optional(text).check(describe("The same in base64, at least 32 bytes, for a secret that is no text.")),
  public_key: optional(text).check(
    describe("Public key, as PEM, of tokens that are signed by RS256, ES256 or their like of 384 and 512 bits."),
  ),
  keys: optional(text).check(
    describe("JSON of one key (JWK) or of a set (JWKS), whose `kid` a token may name: `${JWT_KEYS}`."),
  ),
  audience: optional(text).check(
    describe("What `aud` of a token must be or hold, where a token has it. Left out: anything."),
  ),
  role_claim: _default(text, "role").check(
    refine((claim) => createRoleClaim(claim) !== undefined, "is no path such as .app.roles[0]"),
    describe(
      'Claim that names the role of the database, or where it is within: `.app.role`, `.roles[0]`, `.roles[?(@ ^== "app_")]`.',
    ),
  ),
})
  .check(({ value, issues }) => {
    const { secret, secret_base64, public_key, keys } = value;
    if ([secret, secret_base64, public_key, keys].filter((one) => one !== undefined).length !== 1)
      issues.push({ code: "custom", message: "needs one of secret, secret_base64, public_key and keys", input: value });
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
  openapi: _default(oneOf(["follow-privileges", "ignore-privileges", "disabled"]), "follow-privileges").check(
    describe(
      "What the path above all tables tells as OpenAPI: of tables and functions that the role of the request may use, of all, or nothing, which is 404.",
    ),
  ),
  openapi_security: _default(boolean(), false).check(
    describe("Whether OpenAPI says that requests may bring a token (`Authorization: Bearer …`)."),
  ),
  tx_end: _default(
    oneOf(["commit", "commit-allow-override", "rollback", "rollback-allow-override"]),
    "commit-allow-override",
  ).check(
    describe(
      "Whether what a request did stays; `-allow-override`: unless the request says otherwise by `Prefer: tx=rollback` or `tx=commit`.",
    ),
  ),
  root: optional(text).check(
    describe("Function, of the schema of the request, that answers the path above all tables in place of OpenAPI."),
  ),
  server_timing: _default(boolean(), false).check(
    describe("Whether answers tell in `Server-Timing` how long each part of them took, in milliseconds."),
  ),
  role: optional(text).check(
    describe(
      "Role of the database that requests without a token have. A request with a role runs in a transaction that knows `request.method`, `request.path`, `request.headers` and `request.jwt.claims`. Left out: that of the connection, or with `jwt` none: then 401.",
    ),
  ),
  jwt: optional(jwt),
  pre_request: optional(text).check(
    describe("Function without arguments, `schema.name`, that is called before the statement of every request."),
  ),
  app_settings: optional(
    record(string().check(regex(/^[A-Za-z_]\w*$/, "must be letters, digits and underscores")), string()),
  ).check(describe("Texts that functions find by `current_setting('app.settings.name')`.")),
  extra_search_path: _default(array(text), ["public"]).check(
    describe("Schemas in which functions of the database find names, after that of the request."),
  ),
}).check(describe("How `dialect: postgrest` answers."));

export type PostgrestOptions = output<typeof postgrestSchema>;
/** Settings that say nothing. */
export const defaultPostgrest: PostgrestOptions = postgrestSchema.parse({});
