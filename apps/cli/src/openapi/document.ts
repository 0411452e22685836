import { collectionsService } from "@backworks/core";
import type { OpenApp, RouteInfo } from "@backworks/core";
import { collectionOperation } from "./collection-operations.ts";
import { parameterComponents } from "./parameters.ts";
import { toPath } from "./path.ts";
import { problemResponses, problemSchema } from "./problems.ts";
import { nameCollections, schemasOf } from "./schemas.ts";
import type { NamedCollection } from "./schemas.ts";

/** A part of a description: what JSON can hold. */
export type Part = Readonly<Record<string, unknown>>;

/**
 * The API as OpenAPI 3.1.
 *
 * Source: OpenAPI Specification 3.1.1.
 *
 * @throws BW_DATABASE_UNAVAILABLE when the columns of a table have to be asked for
 */
export async function describeApi(opened: OpenApp): Promise<Part> {
  const { name, version, description } = opened.config;
  const { basePath } = opened.app.server;
  const collections = await collectionsOf(opened);
  const paths = pathsOf(opened, collections);
  const text = JSON.stringify(paths);
  const schemas = Object.fromEntries(collections.flatMap((one) => Object.entries(schemasOf(one))));
  return {
    openapi: "3.1.1",
    info: { title: name, version: version ?? "0.0.0", ...(description === undefined ? {} : { description }) },
    servers: [{ url: basePath === "" ? "/" : basePath }],
    paths,
    components: {
      schemas: { ...onlyUsed(schemas, "schemas", text), Problem: problemSchema },
      parameters: onlyUsed(parameterComponents, "parameters", text),
      responses: onlyUsed(problemResponses, "responses", text),
    },
  };
}

/** By endpoint. */
async function collectionsOf(opened: OpenApp): Promise<readonly NamedCollection[]> {
  const modes = [...new Set(opened.app.endpoints.map(({ mode }) => mode))];
  const described = modes.map(async (mode) => (await opened.service(collectionsService(mode))?.describe()) ?? []);
  const found = await Promise.all(described);
  return nameCollections(found.flat());
}

function pathsOf(opened: OpenApp, collections: readonly NamedCollection[]): Part {
  const byEndpoint = new Map(collections.map((collection) => [collection.endpoint, collection]));
  const descriptions = new Map(opened.app.endpoints.map(({ name, description }) => [name, description]));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { info } of opened.app.routes) {
    if (info === undefined || info.method === "HEAD" || !methods.has(info.method)) continue;
    const { path, parameters } = toPath(info.pattern);
    const operations = (paths[path] ??= parameters.length === 0 ? {} : { parameters });
    operations[info.method.toLowerCase()] ??= {
      ...(collectionOperation(info, byEndpoint) ?? plainOperation()),
      operationId: operationId(info),
      tags: [info.endpoint],
      ...described(descriptions.get(info.endpoint)),
    };
  }
  return paths;
}

/** Those that a path item may have. */
const methods: ReadonlySet<string> = new Set("GET PUT POST DELETE OPTIONS PATCH TRACE".split(" "));

/** Nothing is known of what it takes and gives. */
function plainOperation(): Part {
  return {
    responses: {
      "2XX": { description: "What the endpoint answers." },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function described(description: string | undefined): Part {
  return description === undefined ? {} : { description };
}

/** `get_products_id`: unique, as method and path are. */
function operationId({ method, pattern }: RouteInfo): string {
  const words = pattern.replace(/\{(\w+)(?::\w+)?\}/g, "by_$1").replaceAll("*", "rest");
  return [method.toLowerCase(), ...words.split(/\W+/)].filter((word) => word !== "").join("_");
}

function onlyUsed(parts: Part, kind: string, text: string): Part {
  return Object.fromEntries(Object.entries(parts).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`)));
}
