import { BackworksError, invalidConfig } from "@backworks/core";
import type { EndpointSource, Exchange, JsonValue, RouteDraft } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import type { DatabaseMode } from "../open.ts";
import { defaultPage } from "../options/crud.ts";
import type { EndpointOptions } from "../options/endpoint.ts";
import type { CompileDemand } from "./access.ts";
import { claimOf, compileAccess } from "./access.ts";
import type { Collection } from "./collection.ts";
import { callsBelow, callsOf } from "./calls.ts";
import { ofCollection, ofItem, routesOf } from "./routes.ts";

/** An endpoint with `auto_crud`. */
export interface CrudSource {
  readonly endpoint: EndpointSource;
  readonly options: EndpointOptions & { readonly table: string };
  readonly database: OpenDatabase;
  readonly mode: DatabaseMode;
}

/** What an endpoint with `auto_crud` answers. @throws BW_CONFIG_INVALID */
export function compileCrud(source: CrudSource): {
  readonly collection: Collection;
  readonly routes: readonly RouteDraft[];
} {
  const { endpoint, options, mode } = source;
  checkAddress(endpoint, options);
  const collection = toCollection(source);
  const base = baseOf(endpoint.path);
  const itemName = itemNameOf(collection.pathColumns);
  const allows = (method: string): boolean => !endpoint.methodsGiven || listed(endpoint.methods, method);
  const callOf = callsOf(collection, mode.collections);
  const below = Object.entries(options.relations ?? {}).flatMap(([name, relation]) => {
    const calls = callsBelow({ name, relation }, { collections: mode.collections, callOf });
    const path = `${base}/{${itemName}}/${name}`;
    return [
      ...routesOf({
        base: path,
        itemName: `${name}_${itemName}`,
        allows,
        callOf: calls.ofCollection,
        callOfItem: calls.ofItem,
      }),
    ];
  });
  return { collection, routes: [...routesOf({ base, itemName, allows, callOf }), ...below] };
}

function baseOf(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}

/** The parameter of a path that names a row. */
function itemNameOf(parameters: readonly string[]): string {
  return parameters.includes("id") ? "id_of_item" : "id";
}

function listed(methods: readonly string[], method: string): boolean {
  return methods.includes(method) || (method === "GET" && methods.includes("HEAD"));
}

/** Refuses a path that is not a collection's and methods a collection does not have. @throws BW_CONFIG_INVALID */
function checkAddress(endpoint: EndpointSource, { relations = {} }: EndpointOptions): void {
  const mistakes: BackworksError[] = [];
  const wrong = (path: readonly string[], problem: string): void => {
    const name = ["database", ...path].join(".");
    mistakes.push(
      new BackworksError(
        "BW_CONFIG_WRONG_VALUE",
        { path: name, problem },
        { where: endpoint.place(["database", ...path]) },
      ),
    );
  };
  const { path, methods, methodsGiven } = endpoint;
  if (/\{[^}]*\}\/?$|\*/.test(path))
    wrong(["auto_crud"], `needs the path of the whole collection, not ${path}: the path of an item is made from it`);
  const known = new Set([...ofCollection.keys(), ...ofItem.keys(), "HEAD", "OPTIONS"]);
  for (const method of methodsGiven ? methods : [])
    if (!known.has(method)) wrong(["auto_crud"], `does not answer ${method}`);
  for (const name of Object.keys(relations))
    if (!/^[A-Za-z_][\w-]*$/.test(name))
      wrong(["relations", name], "must be letters, digits, - and _: it is part of a path");
  if (mistakes.length > 0) throw invalidConfig(mistakes);
}

function toCollection({ endpoint, options, database, mode }: CrudSource): Collection {
  const parameters = [...endpoint.path.matchAll(/\{\*?([A-Za-z_]\w*)[^}]*\}/g)].map(([, name = ""]) => name);
  const compile: CompileDemand = (value, path) => compileDemand(value, { endpoint, mode, path, parameters });
  return {
    name: endpoint.name,
    path: endpoint.path,
    itemPath: `${baseOf(endpoint.path)}/{${itemNameOf(parameters)}}`,
    database,
    table: options.table,
    options,
    access: compileAccess(options.access, compile),
    page: options.page ?? defaultPage,
    pathColumns: parameters,
    takesRows: !endpoint.methodsGiven || endpoint.methods.includes("POST"),
    writes: !endpoint.methodsGiven || endpoint.methods.some((method) => writing.has(method)),
    uuidColumns: Object.entries(options.fields ?? {})
      .filter(([, field]) => field.type === "uuid" && field.primary_key === true && field.default === undefined)
      .map(([name]) => name),
    place: (path) => endpoint.place(["database", ...path]),
  };
}

const writing: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

interface DemandPlace {
  readonly endpoint: EndpointSource;
  readonly mode: DatabaseMode;
  readonly path: readonly string[];
  readonly parameters: readonly string[];
}

/** `${auth.sub}` is a claim of who asks; anything else is a template. */
function compileDemand(
  value: unknown,
  { endpoint, mode, path, parameters }: DemandPlace,
): (exchange: Exchange) => JsonValue | undefined {
  const [, claim] = (typeof value === "string" && /^\$\{\s*auth\.([\w.-]+)\s*\}$/.exec(value)) || [];
  if (claim !== undefined) {
    const steps = claim.split(".");
    return (exchange) => claimOf(exchange, steps);
  }
  if (Array.isArray(value)) {
    const each = value.map((one: unknown, index) =>
      compileDemand(one, { endpoint, mode, path: [...path, String(index)], parameters }),
    );
    return (exchange) => each.flatMap((read) => read(exchange) ?? []);
  }
  const template = mode.context.templates.compile(value, {
    place: () => endpoint.place(["database", ...path]),
    files: endpoint.files,
    parameters,
  });
  // A template of the configuration gives JSON.
  return (exchange) => template.evaluate(exchange) as JsonValue | undefined;
}
