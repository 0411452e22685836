import type { output } from "zod/mini";
import {
  _default,
  boolean,
  check,
  describe,
  minLength,
  optional,
  prefault,
  regex,
  strictObject,
  string,
} from "zod/mini";
import { findDisagreements } from "./agreement.ts";
import { alertsSchema } from "./alerts.ts";
import { checksSchema } from "./checks.ts";
import { customSchema } from "./custom.ts";
import { count } from "@backworks/option-values";

/** `plugins.monitoring` */
export const optionsSchema = strictObject({
  path: _default(string().check(regex(/^\/[^\s?#{}]*$/, "must be a path, without parameters")), "/metrics").check(
    describe("Where the metrics are, below `server.base_path`."),
  ),
  token: optional(string().check(minLength(8, "must have 8 characters at least"))).check(
    describe(
      "Whoever asks for the metrics must bring it: `authorization: Bearer <token>`. Left out: nobody needs one.",
    ),
  ),
  max_series: _default(count(100, 1_000_000), 10_000).check(
    describe("Lines of metrics that requests can make. What would be more is counted under `__other__`."),
  ),
  exemplars: _default(boolean(), true).check(
    describe("Traces beside durations, for scrapers that take OpenMetrics: of requests whose caller records a trace."),
  ),
  process_metrics: _default(boolean(), true).check(describe("Processor, memory and descriptors of the process.")),
  custom: prefault(customSchema, {}).check(describe("Metrics of your own, by name.")),
  checks: prefault(checksSchema, {}).check(describe("Health checks, by name.")),
  alerts: prefault(alertsSchema, {}).check(describe("Rules, and who is told of alerts.")),
}).check(
  check(
    ({ value, issues }) => {
      for (const { path, message } of findDisagreements(value))
        issues.push({ code: "custom", input: value, path: [...path], message });
    },
    // All mistakes are told at once, also those beside others.
    { when: () => true },
  ),
);

export type Options = output<typeof optionsSchema>;
