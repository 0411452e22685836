import {
  array,
  boolean,
  check,
  enum as oneOf,
  looseObject,
  minLength,
  optional,
  record,
  strictObject,
  string,
  union,
} from "zod/mini";
import { describe } from "./describe.ts";

/** A JSON Schema with the words of the older project: what is in it is looked at when it is compiled. */
const rule = describe(looseObject({}), "A JSON Schema; `required: true`, `min_length` and the like are understood.");
const rules = record(string(), rule);

/** `parameters:` of an endpoint. */
export const parameters = array(
  looseObject({
    name: describe(string().check(minLength(1)), "Its name."),
    in: describe(
      optional(oneOf(["path", "query", "header", "cookie", "body"])),
      "Where it is sent. Otherwise in the path where the path has a parameter of this name, in the body of POST, PUT and PATCH, else in the query.",
    ),
    required: describe(optional(boolean()), "Whether a request without it is refused."),
    description: describe(optional(string()), "What it is for, in your words."),
    schema: describe(optional(looseObject({})), "Its JSON Schema; the keywords may also stand beside `name`."),
  }),
);

/** `validation:` of an endpoint. */
export const validation = strictObject({
  create: describe(optional(rules), "Fields of the body of POST, each with a JSON Schema."),
  update: describe(optional(rules), "Fields of the body of PUT and PATCH, each with a JSON Schema."),
  required: describe(optional(array(string())), "Fields that `schema` asks for."),
  schema: describe(optional(rules), "Fields of the body of POST, PUT and PATCH, each with a JSON Schema."),
});

/** `schema:` of an endpoint: a file, a JSON Schema of the body, or one for each part. */
export const schema = union([string().check(minLength(1)), looseObject({})]).check(
  check(({ value, issues }) => {
    if (typeof value === "string" || Object.keys(value).length > 0) return;
    issues.push({ code: "custom", message: "says nothing", input: value });
  }),
);
