import type { output } from "zod/mini";
import {
  _default,
  describe,
  discriminatedUnion,
  enum as oneOf,
  literal,
  minLength,
  optional,
  record,
  regex,
  strictObject,
  string,
} from "zod/mini";
import { constantHeadersSchema, isReservedHeader } from "./headers.ts";
import { count, duration, size } from "@backworks/option-values";
import { retriesSchema } from "./retries.ts";
import { fieldName } from "../wire/field-syntax.ts";
import { connectionShape, serverUrl, tlsOfUse } from "./target.ts";

const text = string().check(minLength(1));
const variable = string().check(regex(/^[A-Za-z_]\w*$/, "must be the name of an environment variable"));
const headerName = string().check(regex(fieldName, "must be the name of a header"));

const bearer = strictObject({
  type: literal("bearer").check(describe("A token in `Authorization` (RFC 6750).")),
  token: optional(text).check(describe("The token: `${TOKEN}`.")),
  token_env: optional(variable).check(describe("Environment variable with the token.")),
}).check(oneSecret("token", "token_env"));

const basic = strictObject({
  type: literal("basic").check(describe("A name with a password (RFC 7617).")),
  username: text.check(describe("The name.")),
  password: optional(string()).check(describe("The password: `${PASSWORD}`.")),
  password_env: optional(variable).check(describe("Environment variable with the password.")),
}).check(oneSecret("password", "password_env"));

const apiKey = strictObject({
  type: literal("api_key").check(describe("A key in a header or in the query.")),
  name: _default(headerName, "x-api-key").check(describe("Name of the header or query parameter.")),
  in: _default(oneOf(["header", "query"]), "header").check(describe("Where it is sent.")),
  key: optional(text).check(describe("The key: `${API_KEY}`.")),
  key_env: optional(variable).check(describe("Environment variable with the key.")),
})
  .check(oneSecret("key", "key_env"))
  .check(({ value, issues }) => {
    if (value.in === "query" || !isReservedHeader(value.name)) return;
    issues.push({ code: "custom", message: "is written by the connection itself", path: ["name"], input: value.name });
  });

const oauth2 = strictObject({
  type: literal("oauth2").check(
    describe("A token that is got from a server, kept as long as it holds, and got anew before it ends."),
  ),
  grant: _default(literal("client_credentials"), "client_credentials").check(
    describe("How the token is got (RFC 6749, 4.4)."),
  ),
  token_url: string()
    .check(({ value, issues }) => {
      if (URL.canParse(value) && /^https?:/i.test(value)) return;
      issues.push({ code: "custom", message: "must be a URL that begins with http:// or https://", input: value });
    })
    .check(describe("Where tokens are got.")),
  client_id: text.check(describe("Who we are there.")),
  client_secret: optional(text).check(describe("Our secret: `${CLIENT_SECRET}`.")),
  client_secret_env: optional(variable).check(describe("Environment variable with our secret.")),
  client_auth: _default(oneOf(["basic", "body"]), "basic").check(
    describe("Whether we say it in `Authorization` or in the form (RFC 6749, 2.3.1)."),
  ),
  scope: optional(text).check(describe("Scopes, separated by blanks.")),
  audience: optional(text).check(describe("Who the token is for, where the server asks for it.")),
}).check(oneSecret("client_secret", "client_secret_env"));

/** Whether a secret stands there in one of two ways. */
function oneSecret(key: string, variableKey: string) {
  return ({ value, issues }: Checked): void => {
    const there = [key, variableKey].filter((name) => value[name] !== undefined);
    if (there.length === 1) return;
    const message = there.length === 0 ? `needs ${key} or ${variableKey}` : `has both ${key} and ${variableKey}`;
    issues.push({ code: "custom", message, input: value });
  };
}

interface Checked {
  readonly value: Readonly<Record<string, unknown>>;
  readonly issues: { push(issue: { code: "custom"; message: string; input: unknown }): unknown };
}

const rateLimit = strictObject({
  requests_per_minute: count(1, 60_000_000).check(describe("Requests a minute, evenly spread.")),
  burst: _default(count(1), 1).check(describe("Requests at once after a pause.")),
  exceeded: _default(oneOf(["wait", "fail"]), "wait").check(
    describe("`wait`: a request that would be too many is sent later, if that is before its time is up. `fail`: 503."),
  ),
}).check(describe("How often it may be asked, by all endpoints and handlers of this process together."));

const api = strictObject({
  base_url: serverUrl.check(describe("URL before every path.")),
  authentication: optional(discriminatedUnion("type", [bearer, basic, apiKey, oauth2])).check(
    describe("How we prove who we are: `bearer`, `basic`, `api_key`, `oauth2`."),
  ),
  headers: optional(constantHeadersSchema).check(describe("Headers of every request.")),
  timeout: _default(duration(), "30s").check(describe("Until a whole answer must be there.")),
  retries: optional(retriesSchema),
  rate_limit: optional(rateLimit),
  max_body: _default(size(), "10MB").check(describe("Largest answer that handlers get.")),
  ...connectionShape,
}).check(tlsOfUse(({ base_url: url }) => [{ url }]));

/** `apis:` — external APIs by name. */
export const apisSchema = record(string(), api).check(
  describe("External APIs by a name that endpoints (`proxy: { api: … }`) and handlers use."),
);

export type ApiOptions = output<typeof api>;
export type AuthenticationOptions = NonNullable<ApiOptions["authentication"]>;
export type ApisOptions = output<typeof apisSchema>;
