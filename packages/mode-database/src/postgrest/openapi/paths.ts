import type { Allows } from "../catalog/catalog.ts";
import type { DescribedRoutine, DescribedTable } from "./described.ts";
import type { Part } from "./parameters.ts";
import { argumentOf, bodyName, filterName, reference } from "./parameters.ts";
import { swaggerType } from "./types.ts";

const objects = ["application/vnd.pgrst.object+json;nulls=stripped", "application/vnd.pgrst.object+json"] as const;
/** What tables give and take. */
export const tableTypes: readonly string[] = ["application/json", ...objects, "text/csv"];

/** The path of the document itself. */
export const rootPath: Part = {
  get: {
    tags: ["Introspection"],
    summary: "OpenAPI description (this document)",
    produces: ["application/openapi+json", "application/json"],
    responses: { 200: { description: "OK" } },
  },
};

/** The first line of a comment, and what follows it. */
export function splitComment(comment: string | null): { readonly summary?: string; readonly description?: string } {
  const [, summary, rest = ""] = /^([^\n]*)\n*([^]*)$/.exec(comment ?? "") ?? [];
  if (comment === null || summary === undefined) return {};
  return rest === "" ? { summary } : { summary, description: rest };
}

/** What may be done with a table; one that nobody may change is only read. */
export function tablePath({ name, comment, columns }: DescribedTable, allows: Allows): Part {
  const told = { tags: [name], ...splitComment(comment) };
  const refer = (...names: readonly string[]): readonly Part[] => names.map((one) => reference("parameters", one));
  const filters = columns.map((column) => filterName(name, column.name));
  const rows = { type: "array", items: reference("definitions", name) };
  const get = {
    ...told,
    parameters: refer(...filters, "select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"),
    responses: { 200: { description: "OK", schema: rows }, 206: { description: "Partial Content" } },
  };
  if (!allows.insert && !allows.update && !allows.delete) return { get };
  const noContent = { 204: { description: "No Content" } };
  return {
    get,
    post: {
      ...told,
      parameters: refer(bodyName(name), "select", "preferPost"),
      responses: { 201: { description: "Created" } },
    },
    patch: { ...told, parameters: refer(...filters, bodyName(name), "preferReturn"), responses: noContent },
    delete: { ...told, parameters: refer(...filters, "preferReturn"), responses: noContent },
  };
}

/** A function that may change something is called by POST alone. */
export function routinePath(routine: DescribedRoutine): Part {
  const { name, comment, volatile, parameters } = routine;
  const told = {
    tags: [`(rpc) ${name}`],
    ...splitComment(comment),
    produces: ["application/json", ...objects],
    responses: { 200: { description: "OK" } },
  };
  const body = { name: "args", required: true, in: "body", schema: bodyOf(routine) };
  const post = { ...told, parameters: [body, reference("parameters", "preferParams")] };
  if (volatile) return { post };
  return { get: { ...told, parameters: parameters.length === 0 ? undefined : parameters.map(argumentOf) }, post };
}

function bodyOf({ comment, parameters }: DescribedRoutine): Part {
  const required = parameters.filter((one) => one.required).map(({ name }) => name);
  const properties = parameters.map(({ name, type }) => [name, { ...swaggerType(type), format: type }]);
  return {
    type: "object",
    description: comment ?? undefined,
    properties: Object.fromEntries(properties),
    required: required.length === 0 ? undefined : required,
  };
}
