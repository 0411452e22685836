import type { output } from "zod/mini";
import { array, describe, literal, optional, strictObject, union } from "zod/mini";
import { sharedShape } from "./shared.ts";
import { fieldName, lifetime, tag } from "./values.ts";

const block = strictObject({
  ttl: optional(lifetime()).check(describe("How long answers that say nothing themselves are kept.")),
  ...sharedShape,
  vary: optional(array(fieldName)).check(
    describe(
      "Fields of the request that are part of the key. With `Authorization` or `Cookie` among them, requests that have it are answered from the cache too, each from its own.",
    ),
  ),
  forward: optional(array(fieldName)).check(
    describe("Fields that the handler gets though they are no part of the key: they must not change its answer."),
  ),
  ignore: optional(array(fieldName)).check(
    describe(
      "Fields that say who asks and are left out all the same, such as `Cookie`: without it, requests that have one go past the cache.",
    ),
  ),
  tags: optional(array(tag)).check(
    describe("By which the answers can be thrown away; `{id}` stands for a path parameter."),
  ),
  purges: optional(array(tag)).check(
    describe(
      "Tags that are thrown away when a request changes something: any method but GET, HEAD and OPTIONS that is answered with less than 400.",
    ),
  ),
});

/** `endpoints.<e>.cache`: a block, its `ttl` alone, or `false`. */
export const endpointOptions = union([literal(false), literal(true), lifetime(), block]);

export type EndpointOptions = output<typeof endpointOptions>;

/** Of an endpoint that says something. */
export type EndpointBlock = output<typeof block>;
