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
  refine,
  regex,
  strictObject,
  string,
  union,
} from "zod/mini";
import { count, duration } from "@backworks/option-values";
import { httpUrl } from "../../options/http-url.ts";
import { plainName } from "../../options/names.ts";

const ends = { send_resolved: _default(boolean(), true).check(describe("Whether it is told when alerts end.")) };

/** Of channels that are reached over the network. */
const shared = {
  ...ends,
  timeout: _default(duration(), "10s").check(describe("Until it must have answered.")),
};

const headers = record(
  string().check(regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of a header")),
  string().check(regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must be one line of text")),
);

const webhook = strictObject({
  type: literal("webhook").check(describe("A POST of JSON as Alertmanager sends it, version 4.")),
  url: httpUrl().check(describe("Where it goes.")),
  headers: optional(headers).check(describe("Besides the content type.")),
  ...shared,
});

const slack = strictObject({
  type: literal("slack").check(describe("A message by an incoming webhook of Slack.")),
  url: httpUrl().check(describe("The incoming webhook.")),
  channel: optional(string()).check(describe("Instead of the webhook's own channel.")),
  ...shared,
});

const email = strictObject({
  type: literal("email").check(describe("A mail over SMTP; needs the package `nodemailer`.")),
  host: string().check(minLength(1), describe("SMTP server.")),
  port: _default(count(1, 65_535), 587).check(describe("Its port.")),
  secure: _default(boolean(), false).check(describe("TLS from the first byte, as on port 465.")),
  user: optional(string()).check(describe("Who logs in.")),
  password: optional(string()).check(describe("With which password.")),
  from: string().check(minLength(1), describe("Sender.")),
  to: union([string().check(minLength(1)), array(string().check(minLength(1))).check(minLength(1))]).check(
    describe("Who gets it, or several."),
  ),
  ...shared,
}).check(
  refine(({ user, password }) => password === undefined || user !== undefined, {
    path: ["password"],
    message: "needs a user",
  }),
);

const console = strictObject({
  type: literal("console").check(describe("A line of the log.")),
  ...ends,
});

/** `alerts.channels:` */
export const channelsSchema = record(plainName(), discriminatedUnion("type", [webhook, slack, email, console]));

export type ChannelOptions = output<typeof channelsSchema>[string];
export type OptionsOf<Type extends ChannelOptions["type"]> = Extract<ChannelOptions, { type: Type }>;
