import type { Match, Route } from "../model/app.ts";
import { createParams } from "./params.ts";
import type { RouterParts } from "../model/build.ts";
import { anyMethod } from "./tree.ts";
import type { Leaf } from "./tree.ts";

/** What answers a request no route answers, from the leaves that match its path with other methods. */
export type FindMiss = (method: string, leaves: readonly Leaf[]) => Match;

type Makers = Pick<RouterParts, "notFound" | "notAllowed" | "options">;

/** Each 405 and each OPTIONS is made when it is first needed and kept: there are as many as there are sets of methods. */
export function createMisses({ notFound, notAllowed, options }: Makers): FindMiss {
  const nothing = frozen(notFound);
  const made = new Map<string, { readonly refusal: Match; readonly options: Match }>();

  function make(allow: readonly string[], pattern: string): { refusal: Match; options: Match } {
    const all = inOrder([...allow, "OPTIONS"]);
    const answer = options(all, pattern);
    const refusal = frozen(notAllowed(answer ? all : inOrder(allow), pattern));
    return { refusal, options: answer ? frozen(answer) : refusal };
  }

  return (method, leaves) => {
    const pattern = leaves[0]?.pattern;
    if (pattern === undefined) return nothing;
    const allow = leaves.flatMap((leaf) => [...leaf.targets.keys()]).filter((known) => known !== anyMethod);
    const key = `${pattern} ${inOrder(allow).join()}`;
    const answers = made.get(key) ?? make(allow, pattern);
    made.set(key, answers);
    return method === "OPTIONS" ? answers.options : answers.refusal;
  };
}

function frozen(route: Route): Match {
  return Object.freeze({ route, params: Object.freeze(createParams([], [])) });
}

const usual = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Each method once, the usual ones first. */
function inOrder(methods: readonly string[]): string[] {
  const present = new Set(methods);
  return [
    ...usual.filter((method) => present.has(method)),
    ...[...present].filter((method) => !usual.includes(method)).sort(),
  ];
}
