import type { BackworksRequest } from "../../exchange.ts";
import type { RouteDraft } from "../../mode.ts";
import { parsePathPattern, pathShape } from "../../path-pattern.ts";
import type { PathPattern, SegmentPart } from "../../path-pattern.ts";

type Params = BackworksRequest["params"];

/** A draft that answers what another pattern matches. */
export interface Fit {
  readonly draft: RouteDraft;
  /** Parameters of the pattern as the draft names them; `undefined` when they are the same. */
  readonly rename: ((params: Params) => Params) | undefined;
}

/** Whether what is said of `methods` holds for a method: GET includes HEAD. */
export function includesMethod(methods: readonly string[] | undefined, method: string): boolean {
  if (methods === undefined || methods.includes(method)) return true;
  return method === "HEAD" && methods.includes("GET");
}

/**
 * The draft that answers a method at whatever `path` matches: one of the same shape, otherwise one that takes every path of it, as `{id}` does those
 * of `{id:int}`.
 */
export function findFit(drafts: readonly RouteDraft[], path: string, method: string): Fit | undefined {
  const own = drafts.filter(({ methods }) => includesMethod(methods, method));
  const same = own.find((draft) => pathShape(draft.path) === pathShape(path));
  const draft = same ?? own.find((one) => takes(parsePathPattern(one.path), parsePathPattern(path)));
  return draft && { draft, rename: renaming(parsePathPattern(path), parsePathPattern(draft.path)) };
}

/** Whether a pattern matches every path that another does, segment by segment. */
function takes(wide: PathPattern, narrow: PathPattern): boolean {
  if (wide.wildcard !== narrow.wildcard || wide.segments.length !== narrow.segments.length) return false;
  return wide.segments.every((parts, index) => {
    const others = narrow.segments[index] ?? [];
    return parts.length === others.length && parts.every((part, position) => takesPart(part, others[position]));
  });
}

function takesPart(wide: SegmentPart, narrow: SegmentPart | undefined): boolean {
  if (wide.kind === "text") return narrow?.kind === "text" && narrow.text === wide.text;
  return narrow?.kind === "parameter" && (wide.type === "string" || wide.type === narrow.type);
}

interface Renamed {
  readonly from: string;
  readonly to: string;
  /** The draft expects text where the pattern gives a number. */
  readonly asText: boolean;
}

function renaming(from: PathPattern, to: PathPattern): Fit["rename"] {
  const [given, wanted] = [parametersOf(from), parametersOf(to)];
  const pairs = wanted.map(({ name, type }, index): Renamed => {
    const other = given[index] ?? { name, type };
    return { from: other.name, to: name, asText: type !== "int" && other.type === "int" };
  });
  if (pairs.every((pair) => pair.from === pair.to && !pair.asText)) return undefined;
  return (params) => {
    const renamed = Object.create(null) as Record<string, string | number>;
    for (const pair of pairs) {
      const value = params[pair.from];
      if (value !== undefined) renamed[pair.to] = pair.asText ? String(value) : value;
    }
    return Object.freeze(renamed);
  };
}

/** In their order, `*` among them. */
function parametersOf({
  segments,
  wildcard,
}: PathPattern): readonly { readonly name: string; readonly type: string }[] {
  const named = segments.flat().filter((part) => part.kind === "parameter");
  return wildcard ? [...named, { name: "*", type: "string" }] : named;
}
