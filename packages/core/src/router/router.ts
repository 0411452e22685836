import type { Match, Route, Router } from "../model/app.ts";
import type { RouterParts } from "../model/build.ts";
import { parsePathPattern } from "../path-pattern.ts";
import { createMisses } from "./misses.ts";
import { createParams } from "./params.ts";
import type { Search } from "./search.ts";
import { search } from "./search.ts";
import { splitPath } from "./segments.ts";
import { collectStatics } from "./statics.ts";
import type { Node, Target } from "./tree.ts";
import { createNode, leafOf, leavesOf } from "./tree.ts";

/**
 * A router over compiled routes: a map of static paths in front of a tree of segments.
 *
 * Static beats text with parameters, typed parameter, parameter, wildcard, whatever the order of `routes`; of two routes
 * that match the same paths with the same method the first answers. A less specific pattern answers the methods a more
 * specific one does not have.
 *
 * @throws BW_PATH_PATTERN
 */
export function createRouter(routes: readonly Route[], options: RouterParts): Router {
  const root = createNode();
  for (const route of routes) addRoute(root, route, options);
  for (const leaf of leavesOf(root)) answerHead(leaf.targets);
  const statics = collectStatics(root, options.strictSlash);
  const miss = createMisses(options);
  const malformed = alone(options.malformed);
  const tolerant = !options.strictSlash;

  function matchInTree(method: string, path: string): Match {
    // RFC 9110, 9.3.7: `OPTIONS *` asks for the server as a whole.
    if (path === "*") return miss(method, method === "OPTIONS" ? leavesOf(root) : []);
    const segments = splitPath(path);
    if (segments === undefined) return malformed;
    const slash = tolerant && segments.at(-1) === "";
    if (slash) segments.pop();
    const walk: Search = { method, segments, slash, tolerant, values: [], missed: [] };
    const target = search(root, walk);
    if (target === undefined) return miss(method, walk.missed);
    if (target.names.length === 0) return target.match;
    return { route: target.route, params: createParams(target.names, walk.values) };
  }

  return Object.freeze({
    match: (method: string, path: string) => statics.get(method)?.get(path) ?? matchInTree(method, path),
  });
}

function addRoute(root: Node, route: Route, { basePath, strictSlash }: RouterParts): void {
  if (route.info === undefined) return;
  const { method, pattern } = route.info;
  const parsed = parsePathPattern(basePath + pattern);
  const endsInSlash = !parsed.wildcard && parsed.segments.at(-1)?.length === 0;
  const segments = endsInSlash && !strictSlash ? parsed.segments.slice(0, -1) : parsed.segments;
  const { targets } = leafOf(root, { ...parsed, segments }, pattern);
  if (!targets.has(method)) targets.set(method, { route, names: parsed.parameters, match: alone(route) });
}

/** RFC 9110, 9.3.2: HEAD is GET without the content. */
function answerHead(targets: Map<string, Target>): void {
  const get = targets.get("GET");
  if (get && !targets.has("HEAD")) targets.set("HEAD", get);
}

const noParams: Match["params"] = Object.freeze(createParams([], []));

/** A match without parameters, made once and shared. */
function alone(route: Route): Match {
  return Object.freeze({ route, params: noParams });
}
