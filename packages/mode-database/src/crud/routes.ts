import type { Exchange, Handler, MaybePromise, ResponseInit, RouteDraft } from "@backworks/core";
import type { Call } from "./call.ts";
import { list, read } from "./read.ts";
import { segmentOf } from "./segment.ts";
import { create } from "./write/create.ts";
import { patchAll, removeAll } from "./write/many.ts";
import { patch, remove, replace } from "./write/one.ts";
import { whenThere } from "./when-there.ts";

type Answer = (call: Call, segment: string) => MaybePromise<ResponseInit>;

/** Methods of a collection. */
export const ofCollection: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ["GET", list],
  ["POST", create],
  ["PATCH", patchAll],
  ["DELETE", removeAll],
]);

/** Methods of an item. */
export const ofItem: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ["GET", read],
  ["PUT", replace],
  ["PATCH", patch],
  ["DELETE", remove],
]);

/** A collection and its items. */
export interface RoutePair {
  /** Path of the collection, without a slash at the end. */
  readonly base: string;
  /** Name of the parameter that holds the key of an item. */
  readonly itemName: string;
  /** Whether the endpoint answers a method. */
  readonly allows: (method: string) => boolean;
  /** Calls to the collection. */
  readonly callOf: (exchange: Exchange) => MaybePromise<Call>;
  /** Calls to an item, where they are others. */
  readonly callOfItem?: (exchange: Exchange) => MaybePromise<Call>;
}

export function routesOf({ base, itemName, allows, callOf, callOfItem = callOf }: RoutePair): readonly RouteDraft[] {
  const route = (
    path: string,
    answers: ReadonlyMap<string, Answer>,
    handle: (answer: Answer) => Handler,
  ): RouteDraft[] =>
    [...answers].flatMap(([method, answer]): RouteDraft[] => {
      if (!allows(method)) return [];
      const requestBody = method !== "GET" && method !== "DELETE";
      return [{ methods: [method], path, handler: handle(answer), needs: { requestBody } }];
    });
  return [
    ...route(
      base === "" ? "/" : base,
      ofCollection,
      (answer) => (exchange) => whenThere(callOf(exchange), (call) => answer(call, "")),
    ),
    ...route(
      `${base}/{${itemName}}`,
      ofItem,
      (answer) => (exchange) => whenThere(callOfItem(exchange), (call) => answer(call, segmentOf(exchange, 1))),
    ),
  ];
}
