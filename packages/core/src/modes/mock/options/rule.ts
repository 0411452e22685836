import type { output } from "zod/mini";
import {
  array,
  describe,
  enum as oneOf,
  int,
  minLength,
  optional,
  strictObject,
  string,
  union,
  number,
} from "zod/mini";
import { faultSchema, occasionShape } from "./fault.ts";
import { bandwidthSchema, delaySchema, dribbleSchema } from "./latency.ts";
import { respondSchema, responseShape } from "./respond.ts";
import { whenSchema } from "./when.ts";

/** Keys that say how a response is sent; every form has them. */
export const deliveryShape = {
  delay: optional(delaySchema),
  dribble: optional(dribbleSchema),
  bandwidth: optional(bandwidthSchema),
  fault: optional(faultSchema),
};

const stateName = union([string(), number()]);

const scenario = strictObject({
  name: string().check(minLength(1)).check(describe("Name; its state is `state.<name>` in templates.")),
  is: optional(union([stateName, array(stateName)])).check(
    describe("State in which the rule answers; a scenario begins in `started`. Left out: any."),
  ),
  becomes: optional(stateName).check(describe("State after the rule answered. Left out: unchanged.")),
}).check(describe("A state machine the rule belongs to; each session has its own."));

const step = strictObject({ ...responseShape, ...deliveryShape });

/** Schema of one entry of `rules:`. */
export const ruleSchema = strictObject({
  description: optional(string()).check(describe("A note for people, shown by `backworks explain`.")),
  when: optional(whenSchema),
  ...occasionShape,
  scenario: optional(scenario),
  priority: optional(int()).check(describe("Rules of a higher number are tried first. Left out: 0.")),
  respond: optional(respondSchema),
  sequence: optional(array(step).check(minLength(1))).check(
    describe("Responses given one after another; each session has its own place in it."),
  ),
  then: optional(oneOf(["cycle", "repeat_last", "next_rule"])).check(
    describe(
      "After the last response of `sequence`: begin again, repeat it, or leave it to the next rule. Left out: repeat_last.",
    ),
  ),
  ...deliveryShape,
}).check(describe("One rule: what the request must be, and what is answered."));

export type RuleOptions = output<typeof ruleSchema>;
export type ScenarioOptions = output<typeof scenario>;

/** Schema of one entry of `mock_responses`. */
export const mockResponseSchema = strictObject({ ...responseShape, ...deliveryShape });

export type MockResponseOptions = output<typeof mockResponseSchema>;

/** How a response is sent. */
export type DeliveryOptions = Pick<MockResponseOptions, "delay" | "dribble" | "bandwidth" | "fault">;
