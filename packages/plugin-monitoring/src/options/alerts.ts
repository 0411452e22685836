import type { output } from "zod/mini";
import {
  _default,
  array,
  describe,
  enum as oneOf,
  literal,
  maximum,
  minimum,
  minLength,
  number,
  optional,
  partialRecord,
  prefault,
  record,
  refine,
  strictObject,
  string,
  union,
} from "zod/mini";
import { channelsSchema } from "../alerts/channels/options.ts";
import { presetNames } from "../alerts/presets.ts";
import { duration } from "@backworks/option-values";
import { freeLabel, prometheusName } from "./names.ts";

const furtherLabel = freeLabel(["alertname", "severity"], "is a label that every rule has, or one of Prometheus");
const severity = string().check(minLength(1));
const channels = optional(array(string()).check(minLength(1))).check(
  describe("Names of the channels that are told. Left out: all."),
);

const rule = strictObject({
  name: prometheusName().check(describe("Its name.")),
  condition: string().check(
    describe(
      "Comparisons joined by `and`: `error_rate[5m] > 5% and request_rate > 1`. The guide lists the signals. A window shorter than `interval` looks back over one `interval`.",
    ),
  ),
  duration: _default(duration(0), 0).check(describe("How long the condition must hold before the alert fires.")),
  keep_firing_for: _default(duration(0), 0).check(
    describe("How long the alert goes on firing when the condition does not hold any more."),
  ),
  severity: _default(severity, "warning").check(describe("The label `severity`.")),
  labels: optional(record(furtherLabel, string())).check(describe("Further labels.")),
  summary: optional(string()).check(
    describe("What is told, with `{{ $value }}` and `{{ $labels.name }}`. Left out: name and condition."),
  ),
  description: optional(string()).check(describe("More of it.")),
  channels,
});

/** A preset of `alerts.presets`, with what it may be told. */
export const presetSchema = union([
  literal(true),
  strictObject({
    above: optional(union([number(), string()])).check(describe("What the value must be above.")),
    duration: optional(duration(0)).check(describe("How long.")),
    severity: optional(severity).check(describe("The label `severity`.")),
    // Below it no share of errors could use the budget up 14.4 times too fast.
    objective: optional(number().check(minimum(94), maximum(99.999))).check(
      describe("Of `slo_burn_rate`: percent of requests that must not fail, 94 to 99.999; 99.9 when left out."),
    ),
    channels,
  }),
]);

const isoTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
// `Date.parse` alone takes `March 7` and `12` too.
const moment = string().check(
  refine((text) => isoTime.test(text) && !Number.isNaN(Date.parse(text)), "must be a time as ISO 8601 has it"),
);

const silence = strictObject({
  match: record(prometheusName(), string())
    .check(refine((labels) => Object.keys(labels).length > 0, "must name a label"))
    .check(describe("Labels that an alert must have.")),
  from: optional(moment).check(describe("When it begins, ISO 8601. Left out: it has begun.")),
  until: optional(moment).check(describe("When it ends, ISO 8601. Left out: never.")),
  comment: optional(string()).check(describe("Why.")),
}).check(
  refine(({ from, until }) => from === undefined || until === undefined || Date.parse(from) < Date.parse(until), {
    path: ["until"],
    message: "must be later than from",
  }),
);

/** `alerts:` */
export const alertsSchema = strictObject({
  interval: _default(duration(1000), "15s").check(describe("Time from one evaluation of the rules to the next.")),
  rules: _default(array(rule), []).check(describe("Rules of your own.")),
  presets: prefault(partialRecord(oneOf(presetNames), presetSchema), {}).check(
    describe("Rules that are there already, by name; `true` for what they are usually."),
  ),
  group_by: _default(array(prometheusName()), ["alertname"]).check(
    describe("Alerts that have these labels alike are told together."),
  ),
  group_wait: _default(duration(0), "30s").check(describe("From the first alert of a group until it is told.")),
  group_interval: _default(duration(1000), "5m").check(describe("Until what changed in a group is told.")),
  repeat_interval: _default(duration(1000), "4h").check(describe("Until it is told again although nothing changed.")),
  silences: _default(array(silence), []).check(describe("Alerts that nobody is told of.")),
  channels: prefault(channelsSchema, {}).check(describe("Who is told, by name.")),
});

export type AlertsOptions = output<typeof alertsSchema>;
