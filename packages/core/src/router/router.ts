import type { Match, Route, Router } from "../model/app.ts";
import type { RouterParts } from "../model/build.ts";
import type { Pace } from "../pace.ts";
import { parsePathPattern } from "../path-pattern.ts";
import { createMisses } from "./misses.ts";
import { createParams } from "./params.ts";
import type { Search } from "./search.ts";
import { search } from "./search.ts";
import { splitPath } from "./segments.ts";
import { addStatics, staticPath } from "./statics.ts";
import type { Leaf, Node, Target } from "./tree.ts";
import { createNode, leafOf } from "./tree.ts";

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
  const build = newBuild();
  for (const route of routes) addRoute(build, route, options);
  for (const [leaf, path] of build.leaves) settle(build, leaf, { path, options });
  return toRouter(build, options);
}

/** The same, in slices. @throws BW_PATH_PATTERN */
export async function createRouterInSlices(
  routes: readonly Route[],
  options: RouterParts,
  pace: Pace,
): Promise<Router> {
  const build = newBuild();
  for (const route of routes) {
    await pace();
    addRoute(build, route, options);
  }
  for (const [leaf, path] of build.leaves) {
    await pace();
    settle(build, leaf, { path, options });
  }
  return toRouter(build, options);
}

interface Build {
  readonly root: Node;
  /** Every leaf, with its path when it has no parameters. */
  readonly leaves: Map<Leaf, string | undefined>;
  readonly statics: Map<string, Map<string, Match>>;
}

function newBuild(): Build {
  return { root: createNode(), leaves: new Map(), statics: new Map() };
}

function addRoute({ root, leaves }: Build, route: Route, { basePath, strictSlash }: RouterParts): void {
  if (route.info === undefined) return;
  const { method, pattern } = route.info;
  const parsed = parsePathPattern(basePath + pattern);
  const endsInSlash = !parsed.wildcard && parsed.segments.at(-1)?.length === 0;
  const segments = endsInSlash && !strictSlash ? parsed.segments.slice(0, -1) : parsed.segments;
  const leaf = leafOf(root, { ...parsed, segments }, pattern);
  if (!leaves.has(leaf)) leaves.set(leaf, parsed.wildcard ? undefined : staticPath(segments));
  if (!leaf.targets.has(method)) leaf.targets.set(method, { route, names: parsed.parameters, match: alone(route) });
}

/** Once every route is in its leaf. */
function settle(
  { statics }: Build,
  { targets }: Leaf,
  { path, options }: { readonly path: string | undefined; readonly options: RouterParts },
): void {
  answerHead(targets);
  if (path !== undefined) addStatics(statics, targets, { path, strictSlash: options.strictSlash });
}

function toRouter({ root, leaves, statics }: Build, options: RouterParts): Router {
  const miss = createMisses(options);
  const malformed = alone(options.malformed);
  const tolerant = !options.strictSlash;

  function matchInTree(method: string, path: string): Match {
    // RFC 9110, 9.3.7: `OPTIONS *` asks for the server as a whole.
    if (path === "*") return miss(method, method === "OPTIONS" ? [...leaves.keys()] : []);
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
