import type { output } from "zod/mini";
import { describe, minLength, optional, strictObject, string } from "zod/mini";
import { jsonFields, jsonValue } from "./json.ts";
import { percent } from "./share.ts";

/** Schema of `when:`: everything given must hold. */
export const whenSchema = strictObject({
  method: optional(jsonValue()).check(describe("Method, a list of methods, or a condition. GET holds for HEAD too.")),
  path: optional(jsonValue()).check(
    describe(
      "The path below `server.base_path` (text, pattern or condition), or conditions on its parameters: `path: { id: 7 }`.",
    ),
  ),
  query: optional(jsonFields()).check(describe("Conditions on query parameters.")),
  headers: optional(jsonFields()).check(describe("Conditions on headers; names in any case.")),
  cookies: optional(jsonFields()).check(describe("Conditions on cookies.")),
  form: optional(jsonFields()).check(describe("Conditions on form fields of the body.")),
  body: optional(jsonValue()).check(
    describe(
      "Conditions on the body: `json` (deep subset), `json_exact`, `jsonpath`, `schema`, `text`; a text means `text`.",
    ),
  ),
  expr: optional(string().check(minLength(1))).check(
    describe("A template expression that must be true: `request.body.total > 100`."),
  ),
  percent: optional(percent()).check(describe("Holds for this percentage of the requests, drawn at random: 30.")),
}).check(describe("What a request must be for the rule to answer. Everything given must hold."));

export type WhenOptions = output<typeof whenSchema>;
