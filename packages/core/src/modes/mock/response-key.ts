import { normalisePath, parsePathPattern, pathShape } from "../../path-pattern.ts";

/** A key of `mock_responses`. */
export interface ResponseKey {
  /** Upper case. */
  readonly method: string;
  /** Path of a route of its own; `undefined` for the endpoint's. */
  readonly path: string | undefined;
}

/**
 * Reads `GET` or `GET /members/{id}`; `undefined` for anything else.
 *
 * A path that begins with the endpoint's is absolute, any other stands below it; `:id` is `{id}`.
 *
 * @throws BW_PATH_PATTERN
 */
export function parseResponseKey(key: string, endpointPath: string): ResponseKey | undefined {
  const [, word, written] = /^\s*([A-Za-z]+)(?:\s+(\/\S*))?\s*$/.exec(key) ?? [];
  const method = word?.toUpperCase();
  if (method === undefined || !methods.has(method)) return undefined;
  if (written === undefined) return { method, path: undefined };
  const path = normalisePath(written);
  const whole = isBelow(path, endpointPath) ? path : `${withoutSlash(endpointPath)}${path}`;
  parsePathPattern(whole);
  return {
    method,
    path: pathShape(withoutSlash(whole) || "/") === pathShape(withoutSlash(endpointPath) || "/") ? undefined : whole,
  };
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The methods a key may name. */
export const responseMethods: readonly string[] = [...methods];

/** Whether a path begins with all segments of another; parameters are equal whatever their names. */
function isBelow(path: string, base: string): boolean {
  const [segments, wanted] = [shapeOf(path), shapeOf(base)];
  return wanted.every((segment, index) => segment === segments[index]);
}

function shapeOf(path: string): readonly string[] {
  return withoutSlash(path)
    .split("/")
    .map((segment) => segment.replace(/\{[^}]*\}/g, "{}"));
}

function withoutSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
