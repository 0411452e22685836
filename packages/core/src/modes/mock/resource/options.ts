import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  endsWith,
  enum as oneOf,
  int,
  literal,
  minLength,
  minimum,
  optional,
  record,
  refine,
  strictObject,
  string,
  union,
  unknown,
} from "zod/mini";

const fieldName = string().check(minLength(1, "must be the name of a field"));
const jsonObject = record(string(), unknown());

const idOptions = strictObject({
  field: _default(fieldName, "id").check(describe("Field that tells one row from another.")),
  type: optional(oneOf(["string", "integer"])).check(
    describe("Type of the field. Left out: that of the schema or of the seeds, otherwise integer."),
  ),
  generate: optional(oneOf(["uuid", "increment", "none"])).check(
    describe(
      "Who makes the id of a row that comes without: a random UUID, the highest number plus one, or nobody. Left out: increment for integer, uuid for string.",
    ),
  ),
});

const relation = strictObject({
  resource: string()
    .check(minLength(1, "must be the name of an endpoint"))
    .check(
      describe(
        "Endpoint whose `mock.resource` holds the related rows; a name that no endpoint has is a collection of its own, empty at first.",
      ),
    ),
  key: fieldName.check(describe("Field of the related rows that holds the id of this one.")),
});

const page = strictObject({
  default: _default(int().check(minimum(1, "must be at least 1")), 100).check(
    describe("Rows of a list when the request does not say how many."),
  ),
  max: _default(int().check(minimum(1, "must be at least 1")), 1000).check(
    describe("Rows of a list at most, whatever the request says."),
  ),
}).check(refine((value) => value.default <= value.max, "must have a default not above max (1000 when not given)"));

/** Schema of `mock.resource`: a collection that keeps what clients write. */
export const resourceSchema = strictObject({
  seed: optional(union([string(), array(unknown()), jsonObject])).check(
    describe(
      "Rows to begin with: a JSON, YAML or CSV file, or the rows themselves. Expressions are evaluated once, at load.",
    ),
  ),
  id: _default(union([fieldName, idOptions]), "id").check(
    describe("The field that tells one row from another: its name, or how it is made."),
  ),
  schema: optional(union([string(), jsonObject])).check(
    describe("JSON Schema of a row, a file or the schema itself: what does not fit is answered 422."),
  ),
  relations: _default(record(string(), relation), {}).check(
    describe("Collections below an item: `reviews` answers `/products/{id}/reviews`."),
  ),
  persist: _default(
    union([literal(false), string().check(endsWith(".json", "must be false or a file that ends in .json"))]),
    false,
  ).check(describe("JSON file that keeps the rows over restarts. Once it exists it is read instead of the seeds.")),
  allow_full_table: _default(boolean(), false).check(
    describe("Whether PATCH and DELETE of the collection may go without a filter, and so be about every row."),
  ),
  require_if_match: _default(boolean(), false).check(
    describe("Whether PUT, PATCH and DELETE of a row that is there need If-Match: without it they are answered 428."),
  ),
  page: _default(page, { default: 100, max: 1000 }).check(describe("How many rows a list has.")),
}).check(describe("A collection that keeps what clients write: list, read, create, replace, patch, delete."));

/** Checked options of a collection, named as in the YAML. */
export type ResourceOptions = output<typeof resourceSchema>;
