import type { EndpointSource, Exchange, ModeContext } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import { refuseEscape } from "./dot-segments.ts";
import { segmentsOf, withoutPrefix } from "./prefix.ts";
import { textOf } from "./text-of.ts";

/** What becomes of a path. */
export interface PathOptions {
  readonly strip_prefix?: string | undefined;
  readonly add_prefix?: string | undefined;
  readonly path_rewrite?: string | undefined;
}

/** What the path of an endpoint is compiled with. */
export interface PathParts {
  readonly endpoint: EndpointSource;
  readonly context: ModeContext;
}

/** Path and query of a request at its upstream, below the path of the target. @throws BW_CONFIG_INVALID */
export function createPath(options: PathOptions, parts: PathParts): (exchange: Exchange) => string {
  if (options.path_rewrite !== undefined) {
    return compilePath(options.path_rewrite, { ...parts, path: ["proxy", "path_rewrite"], query: "of the request" });
  }
  const { endpoint, context } = parts;
  const base = segmentsOf(context.app.basePath);
  const stripped = segmentsOf(options.strip_prefix ?? "");
  const added = (options.add_prefix ?? "").replace(/\/+$/, "");
  const fixed = fixedSegments(endpoint.path);
  return ({ request }) => {
    const own = withoutPrefix(request.path, base) ?? request.path;
    refuseEscape(own, fixed);
    const rest = stripped.length === 0 ? own : (withoutPrefix(own, stripped) ?? own);
    const path = rest === "/" && added !== "" && !own.endsWith("/") ? added : added + rest;
    return request.search === "" ? path : `${path}?${request.search}`;
  };
}

/** Segments with which every path of a pattern begins. */
function fixedSegments(pattern: string): number {
  const segments = pattern.split("/").filter((segment) => segment !== "");
  const open = segments.findIndex((segment) => segment.includes("{") || segment === "*");
  return open < 0 ? segments.length : open;
}

/** A text that is compiled as a path, and where it stands below the endpoint. */
export interface PathText extends PathParts {
  readonly path: readonly (string | number)[];
  /** What query it has that brings none itself. */
  readonly query: "of the request" | "none";
}

/** A path with expressions. @throws BW_CONFIG_INVALID */
export function compilePath(
  text: string,
  { endpoint, context, path, query }: PathText,
): (exchange: Exchange) => string {
  const template = context.templates.compile(text, {
    place: (inner) => endpoint.place([...path, ...inner]),
    files: endpoint.files,
    parameters: parametersOf(endpoint.path),
    encode,
  });
  const [beginning = ""] = text.split("${", 1);
  const fixed = beginning.split("/").length - 2;
  const keepsQuery = query === "of the request" && !text.replaceAll(/\$\{[^}]*\}/g, "").includes("?");
  return (exchange) => {
    const made = String(template.evaluate(exchange));
    const mark = made.indexOf("?");
    refuseEscape(mark < 0 ? made : made.slice(0, mark), fixed);
    const { search } = exchange.request;
    return keepsQuery && search !== "" ? `${made}?${search}` : made;
  };
}

/** Names of the parameters of a pattern. */
export function parametersOf(pattern: string): readonly string[] {
  const names = [...pattern.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name);
  return pattern.endsWith("/*") ? [...names, "*"] : names;
}

/** Nothing in a value parts segments, except in the rest of the path that `*` stands for. */
function encode(value: unknown, { request }: Exchange): string {
  const text = textOf(value);
  if (text === "." || text === "..")
    throw new BackworksError("BW_REQUEST_PATH", { path: text, problem: "leads outside" });
  const encoded = encodeURIComponent(text);
  return text.includes("/") && text === request.params["*"] ? encoded.replaceAll("%2F", "/") : encoded;
}
