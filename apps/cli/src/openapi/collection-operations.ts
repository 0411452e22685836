import type { RouteInfo } from "@backworks/core";
import type { Part } from "./document.ts";
import { filtersOf, limitOf, shared } from "./parameters.ts";
import { problemsBy } from "./problems.ts";
import type { NamedCollection } from "./schemas.ts";

/** The collections of an API, by endpoint. */
export type CollectionsByEndpoint = ReadonlyMap<string, NamedCollection>;

/** What one method of a collection, or of a row in it, takes and gives; `undefined` for other paths of the endpoint. */
export function collectionOperation(
  { endpoint, method, pattern }: RouteInfo,
  collections: CollectionsByEndpoint,
): Part | undefined {
  const collection = collections.get(endpoint);
  if (collection === undefined) return undefined;
  const { path, itemPath } = collection;
  if (samePath(pattern, path)) return restricted(collection, method, ofList[method]);
  if (samePath(pattern, itemPath)) return restricted(collection, method, ofItem[method]);
  if (!pattern.startsWith(`${itemPath}/`)) return undefined;
  const [name, item] = pattern.slice(itemPath.length + 1).split("/");
  const below = collections.get(collection.below.find((one) => one.name === name)?.endpoint ?? "");
  return below && restricted(below, method, (item === undefined ? ofList : ofItem)[method]);
}

/** An operation that is for some roles only. */
function restricted(collection: NamedCollection, method: string, operation: Operation | undefined): Part | undefined {
  const { roles } = collection;
  const part = operation?.(collection);
  if (part === undefined || roles === undefined) return part;
  const allowed = method === "GET" ? roles.read : roles.write;
  const refusals = problems(...(allowed.includes("anonymous") ? [403] : [401, 403]));
  // Every operation has responses by their status.
  return { ...part, "x-roles": allowed, responses: { ...(part["responses"] as Part), ...refusals } };
}

/** A slash at the end does not count. */
function samePath(one: string, other: string): boolean {
  return one.replace(/\/$/, "") === other.replace(/\/$/, "");
}

type Operation = (collection: NamedCollection) => Part;

const ofList: Readonly<Record<string, Operation>> = {
  GET: (collection) => ({
    summary: `Rows of ${collection.endpoint}`,
    parameters: [
      ...shared("select", "order"),
      limitOf(collection),
      ...shared("offset", "after", "or", "and", "prefer", "range"),
      ...filtersOf(collection),
    ],
    responses: {
      200: { description: "The rows of a page.", headers: pageHeaders, content: listContent(collection) },
      206: {
        description: "Some of the rows, to a client that counts them.",
        headers: pageHeaders,
        content: listContent(collection),
      },
      ...problems(400, 416),
    },
  }),
  POST: (collection) => ({
    summary: `Adds one row to ${collection.endpoint}, or a list of rows`,
    parameters: shared("select", "columns", "onConflict", "prefer"),
    requestBody: body(
      { oneOf: [reference(collection, "New"), { type: "array", items: reference(collection, "New") }] },
      rowTypes,
    ),
    responses: {
      201: {
        description: "What was added.",
        headers: { Location: textHeader("Where the row is."), ETag: textHeader("Validator of the row.") },
        content: { "application/json": { schema: { oneOf: [single(collection), list(collection)] } } },
      },
      ...problems(400, 409, 415, 422),
    },
  }),
  PATCH: (collection) => ({
    summary: `Changes every row of ${collection.endpoint} that fits the filters`,
    parameters: [...shared("select", "or", "and", "columns", "prefer"), ...filtersOf(collection)],
    requestBody: body(reference(collection, "Change"), patchTypes),
    responses: {
      200: { description: "What was changed.", content: listContent(collection) },
      204: { description: "Changed." },
      ...problems(400, 409, 415, 422),
    },
  }),
  DELETE: (collection) => ({
    summary: `Removes every row of ${collection.endpoint} that fits the filters`,
    parameters: [...shared("select", "or", "and", "prefer"), ...filtersOf(collection)],
    responses: {
      200: { description: "What was removed.", content: listContent(collection) },
      204: { description: "Removed." },
      ...problems(400, 409),
    },
  }),
};

const ofItem: Readonly<Record<string, Operation>> = {
  GET: (collection) => ({
    summary: `One row of ${collection.endpoint}`,
    parameters: shared("select", "ifNoneMatch"),
    responses: {
      200: oneRow(collection, "The row."),
      304: { description: "The client has it." },
      ...problems(400, 404),
    },
  }),
  PUT: (collection) => ({
    summary: `Replaces a row of ${collection.endpoint}, or adds it`,
    parameters: shared("select", "prefer", "ifMatch"),
    requestBody: body(reference(collection, "New"), ["application/json"]),
    responses: {
      200: oneRow(collection, "It was replaced."),
      201: oneRow(collection, "It was added."),
      ...problems(400, 409, 412, 415, 422, 428),
    },
  }),
  PATCH: (collection) => ({
    summary: `Changes a row of ${collection.endpoint} (RFC 7396)`,
    parameters: shared("select", "prefer", "ifMatch"),
    requestBody: body(reference(collection, "Change"), patchTypes),
    responses: {
      200: oneRow(collection, "It was changed."),
      204: { description: "Changed." },
      ...problems(400, 404, 409, 412, 415, 422, 428),
    },
  }),
  DELETE: (collection) => ({
    summary: `Removes a row of ${collection.endpoint}`,
    parameters: shared("select", "prefer", "ifMatch"),
    responses: {
      200: oneRow(collection, "It was removed."),
      204: { description: "Removed." },
      ...problems(404, 409, 412, 428),
    },
  }),
};

const rowTypes = ["application/json", "text/csv", "application/x-www-form-urlencoded"];
const patchTypes = ["application/merge-patch+json", "application/json"];

const textHeader = (description: string): Part => ({ description, schema: { type: "string" } });

const pageHeaders: Part = {
  "Content-Range": textHeader("Which rows these are, of how many: `0-9/42`."),
  "X-Total-Count": { description: "Rows that fit the filters.", schema: { type: "integer" } },
  Link: textHeader("Addresses of the pages around this one (RFC 8288)."),
};

function reference(collection: NamedCollection, form: "" | "New" | "Change" = ""): Part {
  return { $ref: `#/components/schemas/${collection.schemaName}${form}` };
}

function single(collection: NamedCollection): Part {
  return wrapped(reference(collection), collection.wrap?.single);
}

function list(collection: NamedCollection): Part {
  return wrapped({ type: "array", items: reference(collection) }, collection.wrap?.list);
}

function wrapped(schema: Part, key: string | undefined): Part {
  return key === undefined ? schema : { type: "object", required: [key], properties: { [key]: schema } };
}

function listContent(collection: NamedCollection): Part {
  return { "application/json": { schema: list(collection) }, "text/csv": { schema: { type: "string" } } };
}

function oneRow(collection: NamedCollection, description: string): Part {
  return {
    description,
    headers: { ETag: textHeader("Validator of the row.") },
    content: { "application/json": { schema: single(collection) } },
  };
}

/** Comma-separated values and forms are texts of rows. */
function body(schema: Part, types: readonly string[]): Part {
  const content = types.map((type) => [type, { schema: type.endsWith("json") ? schema : { type: "string" } }]);
  return { required: true, content: Object.fromEntries(content) };
}

function problems(...statuses: readonly number[]): Part {
  const known = statuses.map((status) => [status, problemsBy[status] ?? { $ref: "#/components/responses/Problem" }]);
  return { ...Object.fromEntries(known), default: { $ref: "#/components/responses/Problem" } };
}
