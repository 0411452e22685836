import type { output } from "zod/mini";
import { array, describe, enum as oneOf, optional, record, strictObject, string } from "zod/mini";
import { resourceSchema } from "../resource/options.ts";
import { jsonValue } from "./json.ts";
import { responseShape } from "./respond.ts";
import { deliveryShape, mockResponseSchema, ruleSchema } from "./rule.ts";

/** What a request gets that no rule answers. */
export const unmatchedSchema = oneOf(["explain", "plain"]).check(
  describe(
    "What a request gets that no rule answers: a report of every rule, or a plain 404. Left out: explain in development, plain otherwise.",
  ),
);

/** Schema of `endpoints.<e>.mock`. */
export const mockSchema = strictObject({
  ...responseShape,
  data: optional(jsonValue()).check(
    describe(
      "Value that answers every method, or a file of it when a text ends in .json, .yaml, .yml or .csv. Templated; `mock.data` in templates.",
    ),
  ),
  resource: optional(resourceSchema),
  rules: optional(array(ruleSchema)).check(
    describe("Rules, tried by priority, then specificity, then order in the file."),
  ),
  unmatched: optional(unmatchedSchema),
  ...deliveryShape,
}).check(describe("How mock mode answers this endpoint."));

/** Schema of `endpoints.<e>.mock_responses`. */
export const mockResponsesSchema = record(string(), mockResponseSchema).check(
  describe("Responses by method, or by `METHOD /path` for a path below this endpoint."),
);

export type MockOptions = output<typeof mockSchema>;
export type MockResponses = output<typeof mockResponsesSchema>;
