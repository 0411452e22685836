import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Route } from "../model/app.ts";
import { createRouter } from "./router.ts";

/** What a segment of a pattern may be, most specific first, with how it reads a segment of a path. */
const kinds = [
  { text: "a", reads: (segment: string) => segment === "a" },
  { text: "b", reads: (segment: string) => segment === "b" },
  { text: "1", reads: (segment: string) => segment === "1" },
  { text: "{x}-{y}.z", reads: (segment: string) => /^[^].*?-[^].*\.z$/.test(segment) },
  { text: "{x}-{y}", reads: (segment: string) => /^[^].*?-[^].*$/.test(segment) },
  { text: "{x:int}", reads: (segment: string) => /^-?\d+$/.test(segment) },
  { text: "{x}", reads: (segment: string) => segment !== "" },
] as const;

type Pattern = { readonly kinds: readonly number[]; readonly wildcard: boolean; readonly method: string };

const method = fc.constantFrom("GET", "POST", "DELETE");
const pattern: fc.Arbitrary<Pattern> = fc.record({
  kinds: fc.array(fc.nat(kinds.length - 1), { maxLength: 4 }),
  wildcard: fc.boolean(),
  method,
});
const segment = fc.constantFrom("a", "b", "1", "-2", "c", "a-b", "a-b.z", "--", "-.z", "x", "");
const path = fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`);

function textOf({ kinds: indexes, wildcard }: Pattern): string {
  // Every parameter its own name, by its place.
  const texts = indexes.map((index, at) => kinds[index]!.text.replace("{x", `{x${at}`).replace("{y", `{y${at}`));
  return `/${[...texts, ...(wildcard ? ["*"] : [])].join("/")}`;
}

function routeOf(candidate: Pattern): Route {
  const text = textOf(candidate);
  const route: Partial<Route> = {
    info: { id: text, endpoint: "e", method: candidate.method, pattern: text, mode: "mock" },
  };
  // The router reads nothing else of a route.
  return route as Route;
}

function matches(candidate: Pattern, segments: readonly string[]): boolean {
  const { kinds: indexes, wildcard } = candidate;
  if (wildcard ? segments.length < indexes.length : segments.length !== indexes.length) return false;
  return indexes.every((index, at) => kinds[index]!.reads(segments[at]!));
}

/** Segment by segment, the more specific kind wins; an end beats a wildcard. */
function compare(left: Pattern, right: Pattern): number {
  const width = Math.max(left.kinds.length, right.kinds.length);
  for (let at = 0; at < width; at += 1) {
    const difference = (left.kinds[at] ?? kinds.length) - (right.kinds[at] ?? kinds.length);
    if (difference !== 0) return difference;
  }
  return Number(left.wildcard) - Number(right.wildcard);
}

/** The answer by trying every pattern. */
function naive(patterns: readonly Pattern[], wanted: string, text: string): string {
  const segments = text.slice(1).split("/");
  if (segments.at(-1) === "") segments.pop();
  const fitting = patterns.filter((candidate) => matches(candidate, segments)).sort(compare);
  const [best] = fitting.filter((candidate) => candidate.method === wanted);
  if (best) return textOf(best);
  return fitting.length === 0 ? "404" : `405 ${[...new Set(fitting.map((one) => one.method))].sort().join()}`;
}

describe("createRouter", () => {
  it("answers as trying every pattern does", () => {
    const bare: Route = { ...routeOf({ kinds: [], wildcard: false, method: "GET" }), info: undefined };
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 12 }),
        fc.array(fc.tuple(method, path), { minLength: 1, maxLength: 12 }),
        (patterns, requests) => {
          const refusals = new Map<Route, string>();
          const router = createRouter(patterns.map(routeOf), {
            basePath: "",
            strictSlash: false,
            notFound: bare,
            malformed: { ...bare },
            notAllowed(allow) {
              const route = { ...bare };
              refusals.set(
                route,
                `405 ${allow
                  .filter((name) => name !== "HEAD")
                  .sort()
                  .join()}`,
              );
              return route;
            },
            options: () => undefined,
          });

          for (const [wanted, text] of requests) {
            const { route } = router.match(wanted, text);
            expect(refusals.get(route) ?? route.info?.pattern ?? "404").toBe(naive(patterns, wanted, text));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("answers any path with a route", () => {
    const bare: Route = { ...routeOf({ kinds: [], wildcard: false, method: "GET" }), info: undefined };
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 8 }),
        fc.string({ unit: "binary" }),
        fc.boolean(),
        (patterns, text, strictSlash) => {
          const router = createRouter(patterns.map(routeOf), {
            basePath: "/base",
            strictSlash,
            notFound: bare,
            malformed: bare,
            notAllowed: () => bare,
            options: () => bare,
          });

          expect(router.match("GET", text).route).toBeDefined();
          expect(router.match("GET", `/base/${text}`).route).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});
