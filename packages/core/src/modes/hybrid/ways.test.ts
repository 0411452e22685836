import { describe, expect, it } from "@jest/globals";
import type { HandlerNeeds } from "../../mode.ts";
import { needsOf } from "./ways.ts";
import type { Way, WayOut } from "./ways.ts";

function way(use: string, needs: HandlerNeeds, usesBody?: boolean): WayOut {
  const condition =
    usesBody === undefined ? undefined : { text: "", always: undefined, usesBody, test: () => true, show: () => "" };
  const branch = { label: use, use, path: [] };
  const rest = { answer: () => ({}), upgrade: undefined, explain: undefined, status: undefined, takes: () => false };
  return { branch, needs, condition, ...rest };
}

describe("the needs of a route with several branches", () => {
  const nothing = { requestBody: false, requestStream: false, ownTime: false, onePlace: false };

  it.each<[string, readonly Way[], readonly WayOut[], Partial<HandlerNeeds>]>([
    ["none", [way("a", {})], [way("b", {})], {}],
    ["a branch's", [way("a", { onePlace: true }), way("b", { ownTime: true })], [], { onePlace: true, ownTime: true }],
    [
      "a fallback's",
      [way("a", {})],
      [way("b", { onePlace: true, requestBody: true })],
      { onePlace: true, requestBody: true },
    ],
    ["the body, for a condition", [way("a", {}, true)], [], { requestBody: true }],
    ["the body as it comes", [way("a", { requestStream: true })], [way("b", {})], { requestStream: true }],
    [
      "the body read first, when a fallback looks at it",
      [way("a", { requestStream: true })],
      [way("b", { requestBody: true })],
      { requestStream: true, requestBody: true },
    ],
    [
      "the body read first, when two would take it as it comes",
      [way("a", { requestStream: true })],
      [way("b", { requestStream: true })],
      { requestStream: true, requestBody: true },
    ],
    [
      "the body as it comes, when only one of two branches is asked",
      [way("a", { requestStream: true }), way("b", { requestStream: true })],
      [],
      { requestStream: true },
    ],
  ])("are %s", (...given) => {
    const [, ways, waysOut, expected] = given;

    expect(needsOf(ways, waysOut)).toEqual({ ...nothing, ...expected });
  });
});
