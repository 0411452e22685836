import type { output, ZodMiniType } from "zod/mini";
import {
  array,
  describe,
  enum as oneOf,
  int,
  maximum,
  minimum,
  minLength,
  number,
  optional,
  partialRecord,
  pipe,
  refine,
  strictObject,
  string,
  toUpperCase,
  union,
} from "zod/mini";
import { durationExpectation, parseDurationMs } from "../../units.ts";
import { outcomeWords } from "./outcome.ts";

const methodNames = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;
const method = pipe(string().check(toUpperCase()), oneOf(methodNames));

/** Node's timers hold a good 24 days. */
const mostMs = 2 ** 31 - 1;

function duration(): ZodMiniType<number | string, number | string> {
  const wanted = `must be ${durationExpectation}, from 1ms to 24 days`;
  return union([number(), string()], wanted).check(refine((value) => isBetween(parseDurationMs(value)), wanted));
}

function isBetween(ms: number | undefined): boolean {
  return ms !== undefined && ms >= 1 && ms <= mostMs;
}

const word = string().check(minLength(1));
const use = word.check(describe("The mode that answers, by its block beside this one."));
const methods = optional(union([method, array(method).check(minLength(1))])).check(
  describe("Methods it is for; GET includes HEAD. Left out: every method of the endpoint."),
);
const timeout = optional(duration()).check(
  describe("How long it has for its answer; then it has failed. Left out: the `timeout` of the whole block."),
);

const branch = strictObject({
  when: optional(string().check(minLength(1))).check(
    describe("Expression over the request that must be true, with or without `${}`. Left out: every request."),
  ),
  methods,
  use,
  timeout,
}).check(describe("One way to answer, and the requests it is for."));

const handled = union([word, strictObject({ use, timeout })], "must be the name of a mode, or a mapping with use:");

const statusExpectation = `must be ${outcomeWords.join(", ")} or a status`;
const status = int(statusExpectation).check(minimum(200, statusExpectation), maximum(599, statusExpectation));
const outcome = union([oneOf(outcomeWords), status], statusExpectation);

const fallback = strictObject({
  on: union([outcome, array(outcome).check(minLength(1))], statusExpectation).check(
    describe(
      "What it is for: `timeout`, `connect`, `reset`, `breaker_open`, `error` (whatever was thrown), `empty` (no content, or an empty list), `4xx`, `5xx`, or statuses.",
    ),
  ),
  methods,
  use,
  status: optional(int().check(minimum(200), maximum(599))).check(
    describe("Status of the answer. Left out: what the mode answers with."),
  ),
  timeout,
}).check(describe("What answers in place of a branch that failed, as long as nothing was sent."));

const shared = {
  fallback: optional(array(fallback)).check(
    describe("Tried in order, each for the outcomes it names; one that fails itself is passed over."),
  ),
  timeout: optional(duration()).check(
    describe(
      "How long each branch has for its answer. Left out: as long as the endpoint has, which leaves no time to fall back.",
    ),
  ),
};

const pair = {
  primary: optional(word).check(describe("The mode that is asked first. Left out: database.")),
  secondary: optional(word).check(
    describe("The mode that answers GET while the first has nothing: 404, or an empty list. Left out: mock."),
  ),
};

/** Schema of `endpoints.<e>.hybrid`. */
export const hybridSchema = strictObject({
  handle: optional(partialRecord(method, handled)).check(
    describe("Modes by method: `{ GET: database, POST: runtime }`."),
  ),
  branches: optional(array(branch).check(minLength(1))).check(
    describe("Modes by condition: the first whose condition holds answers."),
  ),
  preset: optional(oneOf(["auto_evolve"])).check(
    describe(
      "A known combination in place of `handle` and `branches`. `auto_evolve`: the database as soon as it has data, mock until then.",
    ),
  ),
  ...pair,
  ...shared,
})
  .check(({ value, issues }) => {
    const given = kinds.filter((kind) => value[kind] !== undefined);
    if (given.length === 1 || issues.length > 0) return;
    issues.push({ code: "custom", message: `must have one of ${kinds.join(", ")}`, input: value });
  })
  .check(({ value, issues }) => {
    if (value.preset !== undefined) return;
    for (const key of Object.keys(pair) as (keyof typeof pair)[]) {
      if (value[key] === undefined) continue;
      issues.push({ code: "custom", message: "has no meaning without preset", input: value, path: [key] });
    }
  })
  .check(describe("Which modes answer this endpoint, and what answers when they fail."));

const kinds = ["handle", "branches", "preset"] as const;

/** Schema of `endpoints.<e>.auto_evolve`: the preset as a mode of its own. */
export const autoEvolveSchema = optional(strictObject({ ...pair, ...shared })).check(
  describe("Which mode is asked first, and which answers until that has data."),
);

export type HybridOptions = output<typeof hybridSchema>;
export type BranchOptions = output<typeof branch>;
export type FallbackOptions = output<typeof fallback>;
