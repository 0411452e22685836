import type { output } from "zod/mini";
import {
  _default,
  describe,
  int,
  maximum,
  minLength,
  minimum,
  null as nothing,
  optional,
  record,
  regex,
  strictObject,
  string,
  union,
} from "zod/mini";
import { headerNamesSchema, headersSchema } from "./headers.ts";
import { duration } from "@backworks/option-values";

const fieldPath = string().check(
  regex(/^[^.[\]\s]+(?:\.[^.[\]\s]+)*$/, "must be the path of a field, such as id or address.city"),
);

/** `map:` — new names of fields. */
export const fieldMapSchema = record(fieldPath, union([fieldPath, nothing()])).check(
  describe(
    "New names of fields, `old: new`; paths such as `owner.id`, for each item where a list stands on the way. `null` leaves the field out.",
  ),
);

const body = strictObject({ map: fieldMapSchema }).check(
  describe("Changes a JSON body, which is read whole for it; any other body passes."),
);

const headerShape = {
  add_headers: optional(headersSchema).check(
    describe("Headers to set, in the place of those of that name. Templated; what has no value is left out."),
  ),
  remove_headers: optional(headerNamesSchema).check(describe("Headers to leave out.")),
  body: optional(body),
};

/** `transform_request:` */
export const transformRequestSchema = strictObject(headerShape).check(describe("Changes what the upstream gets."));

const statusExpectation = "must be a status from 200 to 599";
const status = int(statusExpectation).check(minimum(200, statusExpectation), maximum(599, statusExpectation));
const statusKey = string().check(regex(/^[2-5]\d\d$/, statusExpectation));

/** `transform_response:` */
export const transformResponseSchema = strictObject({
  ...headerShape,
  status_code_mapping: optional(record(statusKey, status)).check(
    describe("Statuses to answer with, by those of the upstream; 204 and 304 drop the body."),
  ),
}).check(describe("Changes what the client gets."));

const code = strictObject({
  handler: string()
    .check(minLength(1))
    .check(describe("JavaScript file whose default export gets it and gives it back, relative to the configuration.")),
  timeout: _default(duration(), "5s").check(describe("How long it may take; then 502.")),
});

/** `transform:` */
export const transformSchema = strictObject({
  request: optional(code).check(describe("A function for the request, whose body is read whole for it.")),
  response: optional(code).check(describe("A function for the answer, whose body is read whole for it.")),
}).check(describe("Changes by functions of yours."));

export type FieldMap = output<typeof fieldMapSchema>;
/** A file with a function, and how long it may take. */
export type CodeOptions = output<typeof code>;
