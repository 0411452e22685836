import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  discriminatedUnion,
  literal,
  minLength,
  number,
  optional,
  record,
  refine,
  regex,
  strictObject,
  string,
  union,
} from "zod/mini";
import { freeLabel, prometheusName } from "./names.ts";

const ownPrefixes = ["http_", "backworks_", "process_", "nodejs_", "ALERTS"];

const metricName = prometheusName().check(
  refine(
    (name) => !ownPrefixes.some((prefix) => name.startsWith(prefix)),
    `must not begin with ${ownPrefixes.join(", ")}: those are metrics that are there already`,
  ),
);

const labelName = freeLabel(["le", "quantile"], "is reserved by Prometheus");

const text = union([string(), number(), boolean()]);

const shared = {
  help: string().check(minLength(1), describe("What it says, in a sentence.")),
  labels: optional(record(labelName, text)).check(
    describe("Labels by name, with `${…}` over the request. Every combination is a series: take what has few values."),
  ),
  when: optional(text).check(describe("Expression; nothing is recorded while it is false, empty, 0 or missing.")),
  endpoints: optional(array(string()).check(minLength(1))).check(
    describe("Names of endpoints. Left out: every request, also those that no endpoint answers."),
  ),
  methods: optional(array(string().check(regex(/^[A-Z]+$/, "must be a method in upper case")))).check(
    describe("Methods. Left out: all."),
  ),
};

const counter = strictObject({
  type: literal("counter").check(describe("Adds up.")),
  value: _default(text, 1).check(describe("What a request adds, with `${…}` over the request; never below 0.")),
  ...shared,
});

const gauge = strictObject({
  type: literal("gauge").check(describe("Keeps the last value.")),
  value: text.check(describe("The value, with `${…}` over the request.")),
  ...shared,
});

const rising = "must rise from bound to bound";

const histogram = strictObject({
  type: literal("histogram").check(describe("Counts values by size.")),
  value: text.check(describe("The value, with `${…}` over the request.")),
  buckets: array(number())
    .check(minLength(1))
    .check(
      refine((bounds) => bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0)), rising),
      describe("Upper bounds, rising."),
    ),
  ...shared,
});

/** `custom:` */
export const customSchema = record(metricName, discriminatedUnion("type", [counter, gauge, histogram]));

export type CustomOptions = output<typeof customSchema>[string];
