import {
  _default,
  any,
  array,
  boolean,
  describe,
  enum as oneOf,
  minLength,
  minimum,
  int,
  optional,
  record,
  refine,
  strictObject,
  string,
  union,
} from "zod/mini";
import type { output } from "zod/mini";

const text = string().check(minLength(1));
const columns = array(text).check(minLength(1, "must name at least one column"));

const expose = strictObject({
  columns: optional(columns).check(
    describe("Columns that clients may see, filter by and write. Left out: every column of the table."),
  ),
  embed: optional(array(text)).check(
    describe(
      "Tables that `select` may embed. Left out: those that other endpoints with `auto_crud` of the same database show.",
    ),
  ),
});

const page = strictObject({
  default: _default(int().check(minimum(1, "must be at least 1")), 100).check(
    describe("Rows of a list when the request does not say how many."),
  ),
  max: _default(int().check(minimum(1, "must be at least 1")), 1000).check(
    describe("Rows of a list at most, whatever the request says."),
  ),
  count: optional(oneOf(["exact", "planned", "estimated"])).check(
    describe("How rows are counted for a client that does not say `Prefer: count=…`. Left out: not at all."),
  ),
}).check(refine((value) => value.default <= value.max, "must have a default not above max (1000 when not given)"));

function isComparable(value: unknown): boolean {
  return (
    value !== null &&
    (Array.isArray(value) ? value.every((one) => !Array.isArray(one) && isComparable(one)) : typeof value !== "object")
  );
}

const demanded = any().check(
  refine(
    isComparable,
    "must be a value, or a list of values of which one must fit: a row has none that is null or a mapping",
  ),
);

const rule = union(
  [
    boolean(),
    strictObject({
      where: optional(record(text, demanded)).check(
        describe(
          'Values that columns of a row must have: `{ owner_id: "${auth.sub}" }`. `auth` is who asks, a list means one of its values.',
        ),
      ),
      columns: optional(columns).check(describe("Columns that may be read, or written. Left out: those of `expose`.")),
    }),
  ],
  "must be true, false or an object with where and columns",
);

const access = record(
  text,
  strictObject({
    read: optional(rule).check(describe("Which rows may be read. Left out: none.")),
    write: optional(rule).check(
      describe(
        "Which rows may be made, changed and removed; those that may not be read are not there. Left out: none.",
      ),
    ),
  }),
);

const relation = strictObject({
  resource: text.check(describe("Endpoint with `auto_crud` whose table holds the related rows.")),
  key: optional(text).check(
    describe("Column of the related rows that holds the key of this one. Left out: that of the only foreign key."),
  ),
});

/** Keys of an endpoint's `database:` block that `auto_crud` reads. */
export const crudKeys = {
  auto_crud: optional(boolean()).check(
    describe(
      "Whether the table is answered by itself: list, read, create, replace, patch and delete at the endpoint's path and at `{path}/{id}`, as `mock.resource` answers. Left out: false.",
    ),
  ),
  expose: optional(expose).check(describe("What of the table `auto_crud` shows.")),
  page: optional(page).check(describe("How many rows a list of `auto_crud` has. Left out: 100, and 1000 at most.")),
  allow_full_table: optional(boolean()).check(
    describe("Whether PATCH and DELETE of the collection may go without a filter, and so be about every row."),
  ),
  require_if_match: optional(boolean()).check(
    describe("Whether PUT, PATCH and DELETE of a row that is there need If-Match: without it they are answered 428."),
  ),
  version_column: optional(text).check(
    describe("Whole-number column that counts the changes of a row: ETag is made of it, and every write adds one."),
  ),
  access: optional(access).check(
    describe(
      "What may be done, by role. A request has the roles of who sends it, then `anonymous`; the first that allows it counts. Left out: everything.",
    ),
  ),
  relations: optional(record(text, relation)).check(
    describe("Collections below an item: `reviews` answers `/products/{id}/reviews`."),
  ),
};

/** `page` of a collection that does not say. */
export const defaultPage: output<typeof page> = page.parse({});

export type AccessOptions = output<typeof access>;
export type RuleOptions = output<typeof rule>;
export type RelationOptions = output<typeof relation>;

/** What `auto_crud` needs besides a table, when a key of its own is there. */
export function crudProblem(value: Readonly<Record<string, unknown>>): string | undefined {
  if (value["auto_crud"] === true) return value["table"] === undefined ? "has auto_crud without table" : undefined;
  const own = Object.keys(crudKeys).find((key) => key !== "auto_crud" && value[key] !== undefined);
  return own === undefined ? undefined : `has ${own}, which is for auto_crud: true`;
}
