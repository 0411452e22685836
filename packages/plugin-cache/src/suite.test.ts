import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";

/** For a source that keeps to RFC 9111 by itself, as the suite's is. */
const options = "{ trust_vary: true, negative_ttl: 0, heuristics: true }";

/** What came of one test. */
interface Outcome {
  readonly id: string;
  readonly kind: "required" | "optimal" | "check";
  /** `unprepared` and `depends`: the suite itself says then that the test says nothing. */
  readonly outcome: "passed" | "failed" | "unprepared" | "depends" | "untested";
}

/** Required tests that do not pass, and why. */
const required: Readonly<Record<string, string>> = {
  "304-etag-update-response-ETag": "a 304 about another version has the source asked again (RFC 9111, 4.3.4)",
  "304-etag-update-response-Set-Cookie": "answers that set cookies are not stored",
  "age-parse-prefix":
    "named as stale, expected as cached; of several ages none is believed, as two tests beside it ask",
  "headers-store-Set-Cookie": "answers that set cookies are not stored",
  "invalidate-M-SEARCH": "no method of core",
  "invalidate-M-SEARCH-cl": "no method of core",
  "stale-close-must-revalidate": "builds on use past its time, which nobody asked for",
  "stale-close-no-cache": "as before",
  "stale-close-proxy-revalidate": "as before",
  "stale-close-s-maxage=2": "as before",
};

/** The same of those that would be better. */
const optimal: Readonly<Record<string, string>> = {
  "conditional-lm-fresh-no-lm": "made after the time that is asked for (RFC 9111, 4.3.2)",
  "invalidate-M-SEARCH-failed": "no method of core",
  "other-set-cookie": "answers that set cookies are not stored",
  "partial-store-partial-complete": "without a strong validator nothing may be put together (RFC 9111, 3.4)",
  "partial-store-partial-reuse-partial-absent":
    "the part has a byte less than it says: what of it another range gets is not told",
  "partial-store-partial-reuse-partial-byterange": "as before",
  "partial-store-partial-reuse-partial-suffix": "as before",
  "vary-normalise-lang-select": "what a source would choose is not guessed",
};

const script = join(import.meta.dirname, "../test/http-cache-suite.mjs");

function runSuite(options: string): readonly Outcome[] {
  const run = spawnSync(process.execPath, [script, options], { encoding: "utf8", timeout: 110_000 });
  if (run.status !== 0) throw new Error(`the suite ended with ${run.status ?? run.signal}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

function failed(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.filter(({ kind, outcome }) => kind === "required" && outcome === "failed").map(({ id }) => id);
}

/** A test that contradicts itself. */
const impossible = ["age-parse-prefix"];

describe("http-cache-tests", () => {
  let outcomes: readonly Outcome[] = [];

  beforeAll(() => {
    outcomes = runSuite(options);
  }, 120_000);

  const missing = (kind: Outcome["kind"]): string[] =>
    outcomes.filter((one) => one.kind === kind && !["passed", "untested"].includes(one.outcome)).map(({ id }) => id);

  it("pass where they are required, but those of which is known why not", () => {
    expect(missing("required").sort()).toEqual(Object.keys(required).sort());
  });

  it("pass where they would be better, but those of which is known why not", () => {
    expect(missing("optimal").sort()).toEqual(Object.keys(optimal).sort());
  });

  it("fail in no required case that says something, but the one that contradicts itself", () => {
    expect(failed(outcomes)).toEqual(impossible);
  });
});

describe("http-cache-tests with nothing configured", () => {
  it("fail in no required case that says something either", () => {
    const outcomes = runSuite("{}");

    expect(failed(outcomes)).toEqual(impossible);
    expect(outcomes.filter(({ kind, outcome }) => kind === "required" && outcome === "passed").length).toBe(137);
  }, 120_000);
});
