import type { output } from "zod/mini";
import {
  _default,
  array,
  boolean,
  describe,
  literal,
  minLength,
  optional,
  strictObject,
  string,
  union,
} from "zod/mini";
import { parseServerUrl } from "../upstream/url.ts";
import { count, duration } from "@backworks/option-values";

const text = string().check(minLength(1));

/** A URL of a server. */
export const serverUrl = string().check(({ value, issues }) => {
  const problem = parseServerUrl(value);
  if (typeof problem !== "string") return;
  const hint = /^[\w.-]+(?::\d+)?(?:\/|$)/.test(value) ? `write http://${value}` : undefined;
  issues.push({ code: "custom", message: problem, params: { hint }, input: value });
});

const heaviest = 1000;

const oneTarget = strictObject({
  name: optional(text).check(describe("Name in logs, health and the sticky cookie. Left out: its URL.")),
  url: serverUrl.check(describe("`http://` or `https://`, host, port, and a path to put before every path.")),
  weight: _default(count(0, heaviest), 1).check(
    describe("Share of the requests compared with its siblings; 0 for none, as long as others are there."),
  ),
});

/** `targets:` — the servers of an upstream. */
export const targetsSchema = array(union([serverUrl, oneTarget]))
  .check(minLength(1, "must name at least one target"))
  .check(({ value, issues }) => {
    const targets = value.map(toTarget);
    if (targets.length > 0 && targets.every(({ weight }) => weight === 0)) {
      issues.push({ code: "custom", message: "must have a target with a weight above 0", input: value });
    }
    const names = targets.map(({ name, url }) => name ?? url);
    const twin = names.findIndex((name, index) => names.indexOf(name) < index);
    if (twin < 0) return;
    issues.push({ code: "custom", message: `names ${names[twin]} twice`, path: [twin], input: value[twin] });
  });

/** `tls:` of an upstream. */
export const tlsSchema = strictObject({
  ca: optional(text).check(describe("File with certificates to trust instead of those of Node, PEM.")),
  cert: optional(text).check(describe("File with the certificate shown to the upstream, PEM.")),
  key: optional(text).check(describe("File with the key of `cert`, PEM.")),
  servername: optional(text).check(describe("Name that its certificate must have. Left out: the host of the URL.")),
  verify: _default(boolean(), true).check(
    describe("Whether the certificate must be trusted. `false` is for tests: anybody may answer then."),
  ),
})
  .check(({ value, issues }) => {
    if ((value.cert === undefined) === (value.key === undefined)) return;
    issues.push({ code: "custom", message: "needs cert and key together", input: value });
  })
  .check(describe("How to speak TLS with `https://` targets."));

/** What is said of `tls` where nobody speaks it. */
export const tlsWithoutUse = "has no meaning where no URL begins with https://";

/** Whether TLS is spoken with one of them. */
export function hasSecure(targets: readonly Pick<TargetInit, "url">[]): boolean {
  return targets.some(({ url }) => /^https:/i.test(url));
}

interface CheckedTls<Value> {
  readonly value: Value;
  readonly issues: { push(issue: { code: "custom"; message: string; path: PropertyKey[]; input: unknown }): unknown };
}

/** A check that `tls` is for one of the targets there are. */
export function tlsOfUse<Value extends { readonly tls?: unknown }>(
  targetsOf: (value: Value) => readonly Pick<TargetInit, "url">[],
) {
  return ({ value, issues }: CheckedTls<Value>): void => {
    if (value.tls === undefined || hasSecure(targetsOf(value))) return;
    issues.push({ code: "custom", message: tlsWithoutUse, path: ["tls"], input: value.tls });
  };
}

/** Keys about the connections to a target. */
export const connectionShape = {
  tls: optional(tlsSchema),
  connections: optional(union([literal(false), count(1, 65_535)])).check(
    describe(
      "Most connections to one target at once; a request that is more waits as long as `timeouts.connect`. Left out: no limit.",
    ),
  ),
  keep_alive: optional(duration()).check(
    describe(
      "How long a connection without a request is kept, less than the upstream keeps it. Left out: as long as the upstream says, a minute at most, or 4s.",
    ),
  ),
};

export type TargetsOptions = output<typeof targetsSchema>;
export type TlsOptions = output<typeof tlsSchema>;

/** Keys about the connections to a target, checked. */
export interface ConnectionOptions {
  readonly tls?: TlsOptions | undefined;
  readonly connections?: number | false | undefined;
  readonly keep_alive?: number | string | undefined;
}

/** A target, as it is written or by its URL alone. */
export function toTarget(target: TargetsOptions[number]): TargetInit {
  return typeof target === "string" ? { url: target } : target;
}

/** A server, with what may be left out. */
export interface TargetInit {
  readonly name?: string | undefined;
  readonly url: string;
  readonly weight?: number | undefined;
}
