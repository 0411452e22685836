import { BackworksError } from "@backworks/core";
import type { EndpointSource, Place } from "@backworks/core";
import type { EndpointOptions } from "../options/endpoint.ts";

/** One statement of an endpoint with the requests that it answers. */
export interface SqlRoute {
  readonly methods: readonly string[];
  /** As the configuration writes paths. */
  readonly path: string;
  readonly sql: string;
  /** Below the endpoint. */
  readonly at: readonly (string | number)[];
  readonly params: readonly unknown[];
}

/** What an endpoint's statements answer. @throws BW_CONFIG_WRONG_VALUE */
export function listRoutes(endpoint: EndpointSource, options: EndpointOptions): readonly SqlRoute[] {
  const { query, queries = {}, params = [] } = options;
  const named = Object.entries(queries).map(([key, sql]) => toNamed(endpoint, key, sql));
  const taken = new Set(named.filter(({ path }) => path === endpoint.path).flatMap(({ methods }) => methods));
  const rest = endpoint.methods.filter((method) => !taken.has(method));
  if (query === undefined || rest.length === 0) return named;
  return [{ methods: rest, path: endpoint.path, sql: query, at: ["database", "query"], params }, ...named];
}

const methods = "GET POST PUT PATCH DELETE QUERY".split(" ");

/** `GET`, or `GET /products/top`. */
function toNamed(endpoint: EndpointSource, key: string, sql: string): SqlRoute {
  const [, word = "", path] = /^([A-Za-z]+)(?:\s+(\/\S*))?$/.exec(key.trim()) ?? [];
  const method = word.toUpperCase();
  const at = ["database", "queries", key];
  if (!methods.includes(method)) throw wrongKey(key, endpoint.keyPlace(at));
  return { methods: [method], path: path ?? endpoint.path, sql, at, params: [] };
}

function wrongKey(key: string, where: Place): BackworksError {
  const problem = `has the key ${key}, which is neither a method nor a method with a path`;
  const hint = `write GET or "GET /path", with one of ${methods.join(" ")}`;
  return new BackworksError("BW_CONFIG_WRONG_VALUE", { path: "database.queries", problem }, { where, hint });
}
