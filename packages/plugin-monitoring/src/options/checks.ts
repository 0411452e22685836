import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  discriminatedUnion,
  literal,
  minLength,
  optional,
  record,
  strictObject,
  string,
  union,
} from "zod/mini";
import { count, duration } from "@backworks/option-values";
import { httpUrl } from "./http-url.ts";
import { plainName } from "./names.ts";

const shared = {
  interval: _default(duration(100), "30s").check(describe("Time from one check to the next.")),
  timeout: _default(duration(), "5s").check(describe("Until the answer must be there.")),
  failures: _default(count(1, 100), 3).check(describe("Failures in a row after which it counts as down.")),
  critical: _default(boolean(), false).check(
    describe("While it is down this process is not ready (`/ready` answers 503). Otherwise it is degraded."),
  ),
};

const status = count(100, 599);

const http = strictObject({
  type: literal("http").check(describe("A GET that is answered well.")),
  url: httpUrl().check(describe("What is asked.")),
  status: optional(union([status, array(status).check(minLength(1))])).check(
    describe("Status of a good answer, or several. Left out: 200 to 399."),
  ),
  ...shared,
});

const tcp = strictObject({
  type: literal("tcp").check(describe("A connection that opens.")),
  host: string().check(minLength(1), describe("Name or address.")),
  port: count(1, 65_535).check(describe("Port.")),
  ...shared,
});

const database = strictObject({
  type: literal("database").check(describe("A statement that runs.")),
  database: string().check(minLength(1), describe("Name below `databases:`.")),
  query: _default(string().check(minLength(1)), "SELECT 1").check(describe("The statement.")),
  ...shared,
});

const plugin = strictObject({
  type: literal("plugin").check(describe("A plugin that says it is healthy, or degraded.")),
  plugin: string().check(minLength(1), describe("Name below `plugins:`.")),
  ...shared,
});

/** `checks:` */
export const checksSchema = record(plainName(), discriminatedUnion("type", [http, tcp, database, plugin]));

export type CheckOptions = output<typeof checksSchema>[string];
