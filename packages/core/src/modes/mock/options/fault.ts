import type { output } from "zod/mini";
import { describe, enum as oneOf, int, minimum, optional, refine, strictObject, union } from "zod/mini";
import { duration, toMs } from "./duration.ts";
import { share } from "./share.ts";
import { whenSchema } from "./when.ts";

/** Every fault. */
export const faultKinds = [
  "reset",
  "empty",
  "hang",
  "malformed_chunk",
  "random_bytes",
  "truncated",
  "wrong_content_type",
  "bad_json",
] as const;

export type FaultKind = (typeof faultKinds)[number];

const windowSchema = strictObject({
  after: optional(duration()).check(describe("When it begins, counted from the load of the file. Left out: 0.")),
  for: duration().check(describe("How long it lasts.")),
  every: optional(duration()).check(describe("How often it comes back, beginning to beginning. Left out: never.")),
})
  .check(refine((value) => value.every === undefined || toMs(value.every) > 0, "must have an `every` above 0"))
  .check(describe("A stretch of time: `{ after: 30s, for: 10s, every: 60s }`."));

/** Keys that say which of the requests are meant; rules and faults have them. */
export const occasionShape = {
  chance: optional(share()).check(describe("Share of the requests, drawn at random: 5% or 0.05. Left out: all.")),
  every: optional(int().check(minimum(1))).check(
    describe(
      "Every nth request that meets the other conditions, counted for each session: 3 means the 3rd, 6th, 9th. Left out: all.",
    ),
  ),
  window: optional(windowSchema).check(describe("A stretch of time in which it holds. Left out: always.")),
};

/** Schema of `fault:`. */
export const faultSchema = union([
  oneOf(faultKinds),
  strictObject({
    kind: oneOf(faultKinds).check(describe(`What goes wrong: ${faultKinds.join(", ")}.`)),
    when: optional(whenSchema),
    ...occasionShape,
  }),
]).check(describe("What goes wrong instead of the response, or with it."));

export type FaultOptions = output<typeof faultSchema>;
export type WindowOptions = output<typeof windowSchema>;

/** Which of the requests are meant. */
export interface OccasionOptions {
  readonly chance?: number | string | undefined;
  readonly every?: number | undefined;
  readonly window?: WindowOptions | undefined;
}
