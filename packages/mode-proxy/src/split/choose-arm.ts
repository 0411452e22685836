import { createHash } from "node:crypto";
import type { BackworksRequest, Exchange, Random } from "@backworks/core";
import type { MatchOptions, SplitOptions } from "../options/parts.ts";
import { weightOf } from "../options/parts.ts";

/** What ways are chosen by. */
export interface ArmTools {
  readonly random: Random;
  /** Requests with the same value go the same way; an empty one is drawn. */
  readonly keyOf: ((exchange: Exchange) => string) | undefined;
}

/** Chooses the way of a request, as its index: the first that it fits, otherwise by weight. */
export function createArmChoice(arms: SplitOptions, { random, keyOf }: ArmTools): (exchange: Exchange) => number {
  const matches = arms.flatMap(({ match }, index) =>
    match === undefined ? [] : [{ fits: compileMatch(match), index }],
  );
  const weights = arms.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (exchange) => {
    const match = matches.find(({ fits }) => fits(exchange.request));
    if (match !== undefined) return match.index;
    const key = keyOf?.(exchange) ?? "";
    let at = (key === "" ? random() : shareOf(key)) * total;
    return weights.findIndex((weight) => (at -= weight) < 0);
  };
}

/** A place between 0 and 1 for a text, the same in every process. */
function shareOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0) / 2 ** 32;
}

type Test = (request: BackworksRequest) => boolean;

function compileMatch({ header = {}, cookie = {}, query = {} }: MatchOptions): Test {
  const tests = [
    ...testsOf(header, (request, name) => request.headers[name.toLowerCase()]),
    ...testsOf(cookie, (request, name) => request.cookies[name]),
    ...testsOf(query, (request, name) => request.query[name]),
  ];
  return (request) => tests.every((test) => test(request));
}

type Read = (request: BackworksRequest, name: string) => string | readonly string[] | undefined;

function testsOf(fields: Readonly<Record<string, string | boolean>>, read: Read): readonly Test[] {
  return Object.entries(fields).map(([name, expected]) => (request) => {
    const found = read(request, name);
    if (typeof expected === "boolean") return (found !== undefined) === expected;
    return found !== undefined && [found].flat().includes(expected);
  });
}
