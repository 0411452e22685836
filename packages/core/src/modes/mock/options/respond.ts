import type { output } from "zod/mini";
import {
  array,
  boolean,
  describe,
  int,
  maximum,
  minLength,
  minimum,
  number,
  optional,
  record,
  strictObject,
  string,
  union,
} from "zod/mini";
import { jsonFields, jsonValue } from "./json.ts";

const statusExpectation = "must be a status from 200 to 599, or a template";

const status = union(
  [int(statusExpectation).check(minimum(200, statusExpectation), maximum(599, statusExpectation)), string()],
  statusExpectation,
).check(({ value, issues }) => {
  if (typeof value === "number" || value.includes("${") || value.includes("{{")) return;
  const hint = /^[2-5]\d\d$/.test(value) ? `write ${value} without quotes` : undefined;
  issues.push({ code: "custom", message: statusExpectation, params: { hint }, input: value });
});

const headerValue = union([string(), number(), boolean(), array(union([string(), number(), boolean()]))]);

/** Keys of one response; `respond:`, the entries of `mock_responses` and of `sequence` have them. */
export const responseShape = {
  status: optional(status).check(
    describe("Status, 200 to 599, or a template. Left out: 200, for POST with `mock.data` 201, for a problem 400."),
  ),
  headers: optional(record(string(), headerValue)).check(
    describe("Response headers; a list repeats the name. Templated."),
  ),
  body: optional(jsonValue()).check(
    describe("Body: a text is sent as text/plain, anything else as JSON, null nothing. Templated."),
  ),
  body_file: optional(string().check(minLength(1))).check(
    describe("File to send, byte for byte; its name is templated, the content type follows its ending."),
  ),
  template: optional(boolean()).check(
    describe("Whether expressions in the text of `body_file` are evaluated. Left out: false."),
  ),
  problem: optional(union([string(), jsonFields()])).check(
    describe("Problem body of RFC 9457: a text is its `detail`, an object its members. Templated."),
  ),
};

/** Schema of `respond:`. */
export const respondSchema = strictObject(responseShape).check(describe("The response of a rule."));

export type ResponseOptions = output<typeof respondSchema>;
