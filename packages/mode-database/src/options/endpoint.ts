import type { output } from "zod/mini";
import {
  any,
  array,
  boolean,
  describe,
  enum as oneOf,
  minLength,
  optional,
  record,
  regex,
  strictObject,
  string,
} from "zod/mini";
import { postgrestSchema } from "../postgrest/options.ts";
import { crudKeys, crudProblem } from "./crud.ts";

const text = string().check(minLength(1));
const simpleName = /^[A-Za-z_]\w*$/;
const name = string().check(regex(simpleName, "must be a name of letters, digits and _"));

const field = strictObject({
  type: oneOf([
    "integer",
    "bigint",
    "decimal",
    "float",
    "boolean",
    "string",
    "text",
    "date",
    "timestamp",
    "json",
    "uuid",
  ]).check(describe("What the column holds.")),
  primary_key: optional(boolean()).check(
    describe("Whether it tells rows apart. An integer that does counts up by itself. Left out: false."),
  ),
  required: optional(boolean()).check(describe("Whether there must be a value. Left out: false.")),
  unique: optional(boolean()).check(describe("Whether no two rows have the same value. Left out: false.")),
  default: optional(any()).check(
    describe("Value of a row that says none; `now()` is the time of insertion, `uuid()` a random UUID."),
  ),
  references: optional(
    string().check(regex(/^\w+\.\w+$/, "must be a table and its column, such as suppliers.id")),
  ).check(describe("Table and column whose value it holds: `suppliers.id`.")),
});

const transform = strictObject({
  list: optional(text).check(describe("Key below which a list is put.")),
  single: optional(text).check(describe("Key below which a single row is put.")),
}).check(describe('Wraps answers: `{ list: data }` answers `{ "data": […] }`.'));

/** `database:` of an endpoint. */
export const endpointSchema = strictObject({
  use: optional(text).check(describe("Name of the database. Left out: `default`, or the only one there is.")),
  query: optional(text).check(
    describe("Statement that every method runs. `${…}` is always a value, never a part of the statement."),
  ),
  params: optional(array(any())).check(describe("Values of `$1`, `$2` … in `query`.")),
  queries: optional(record(string(), text)).check(
    describe('Statements by method, or by method and path: `GET`, `"GET /products/top"`.'),
  ),
  returns: optional(oneOf(["list", "single"])).check(
    describe(
      "`single` answers the first row, or 404. Left out: `single` for a path that ends with a parameter, else `list`.",
    ),
  ),
  transform: optional(transform),
  dialect: optional(oneOf(["postgrest"])).check(
    describe(
      "`postgrest` answers as PostgREST does: for `table`, or for every table, view and function of the schemas below the path.",
    ),
  ),
  postgrest: optional(postgrestSchema),
  table: optional(text).check(describe("Table or view that `auto_crud` answers, or table that `fields` describes.")),
  ...crudKeys,
  seed: optional(text).check(
    describe("JSON, YAML or CSV file with rows that `backworks db seed` puts into `table` when it is empty."),
  ),
  fields: optional(record(name, field)).check(
    describe("Columns of `table`: it is made when the database does not have it yet."),
  ),
}).check(({ value, issues }) => {
  const problem = dialectProblem(value) ?? (value.dialect === undefined ? problemOf(value) : undefined);
  if (problem !== undefined) issues.push({ code: "custom", message: problem, input: value });
});

function dialectProblem(value: Readonly<Record<string, unknown>>): string | undefined {
  if (value["dialect"] === undefined)
    return value["postgrest"] === undefined ? undefined : "has postgrest without dialect: postgrest";
  const other = beside(value, ["query", "queries", ...Object.keys(crudKeys)]);
  return other === undefined ? undefined : `has ${other} beside dialect: postgrest, which answers by itself`;
}

function beside(value: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  return keys.find((key) => value[key] !== undefined);
}

/** What an endpoint with `auto_crud` may not have when its database has the dialect of PostgREST. */
export function keyBesideDialect(options: Readonly<Record<string, unknown>>): string | undefined {
  return beside(options, ["queries", ...Object.keys(crudKeys).filter((key) => key !== "auto_crud")]);
}

function problemOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const { query, queries, params, auto_crud } = value;
  const wrong = crudProblem(value);
  if (wrong !== undefined) return wrong;
  if (query === undefined && queries === undefined && auto_crud !== true)
    return "has nothing to answer with: give it query, queries or auto_crud";
  if (query !== undefined && auto_crud === true)
    return "has both auto_crud and query, which answer the same requests: write queries";
  if (params !== undefined && query === undefined)
    return "has params without query: in queries write ${…} where the value belongs";
  return tableProblem(value);
}

function tableProblem({ table, fields, seed }: Readonly<Record<string, unknown>>): string | undefined {
  if (table === undefined && seed !== undefined) return "has seed without table";
  if (fields === undefined) return undefined;
  if (typeof table !== "string") return "has fields without table";
  return simpleName.test(table) ? undefined : "makes a table whose name must be letters, digits and _";
}

export type EndpointOptions = output<typeof endpointSchema>;
export type FieldOptions = output<typeof field>;
