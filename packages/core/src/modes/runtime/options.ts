import type { output } from "zod/mini";
import {
  _default as preset,
  array,
  describe,
  int,
  maximum,
  minimum,
  minLength,
  number,
  optional,
  record,
  refine,
  regex,
  strictObject,
  string,
  enum as oneOf,
  union,
} from "zod/mini";
import { durationExpectation, parseDurationMs, parseSizeBytes, sizeExpectation } from "../../units.ts";

/** Where a handler runs. */
export const isolations = ["inline", "worker", "wasm", "process"] as const;
export type Isolation = (typeof isolations)[number];

const longestMs = 24 * 86_400_000;
const leastBytes = 16 * 1024 * 1024;

const timeout = union([number(), string()]).check(
  refine((value) => inRange(parseDurationMs(value), 1, longestMs), `must be ${durationExpectation}, at least 1ms`),
);

const memory = union([number(), string()]).check(
  refine((value) => inRange(parseSizeBytes(value), leastBytes, 2 ** 53), `must be ${sizeExpectation}, at least 16MB`),
);

const variable = union([string(), number()]);
const variables = record(string().check(regex(/^[A-Za-z_]\w*$/, "must be the name of a variable")), variable);
const names = array(string().check(minLength(1)));

const handler = string().check(minLength(1));

const options = strictObject({
  handler: handler.check(
    describe(
      "File of the handler, relative to the project, or its source. In YAML, source with several lines stands below `|`.",
    ),
  ),
  language: optional(string().check(minLength(1))).check(
    describe(
      "`javascript`, `typescript`, `python`, `shell` or a name under `runtimes:`. Left out: by the ending of the file, javascript for source.",
    ),
  ),
  isolation: optional(oneOf(isolations)).check(
    describe(
      "Where it runs: `worker` a thread of its own, `process` a process of its own, `wasm` a sandbox without any access, `inline` the server's own thread, for code you trust. Left out: worker for JavaScript and TypeScript, process for other languages.",
    ),
  ),
  timeout: preset(timeout, 5).check(describe("Time for one answer, from the request's arrival; 504 afterwards.")),
  memory_limit: preset(memory, "256MB").check(
    describe("Memory of one thread or process of the handler; one that takes more is ended and replaced."),
  ),
  workers: preset(int().check(minimum(1), maximum(64)), 1).check(
    describe("Threads or processes of this handler; more than one for work that keeps the processor busy."),
  ),
  concurrency: preset(int().check(minimum(1), maximum(10_000)), 16).check(
    describe("Calls at a time in one thread or process."),
  ),
  queue: preset(int().check(minimum(0), maximum(100_000)), 100).check(
    describe("Requests that wait for their turn when every place is taken; 503 beyond."),
  ),
  body: preset(oneOf(["parsed", "bytes"]), "parsed").check(
    describe(
      "What the handler gets as body: parsed by its content type, or the bytes as they came, say to verify a signature.",
    ),
  ),
  state: preset(oneOf(["process", "shared"]), "process").check(
    describe(
      "Whether `context.state` is one of each server process or, with `server.workers`, one of all: then one process answers.",
    ),
  ),
  environment: preset(variables, {}).check(
    describe("Environment variables the handler has, besides PATH, HOME, TZ and those of the language."),
  ),
  apis: preset(names, []).check(describe("APIs of the root key `apis:` that the handler may ask.")),
  databases: preset(names, []).check(describe("Databases of the root key `databases:` that the handler may ask.")),
});

/** Schema of `endpoints.<e>.runtime`. */
export const runtimeSchema = union([handler, options]).check(
  describe("The project's own code answers this endpoint: a file, or options with one."),
);

/** Schema of the root key `runtimes`. */
export const runtimesSchema = record(
  string().check(minLength(1)),
  strictObject({
    command: string()
      .check(minLength(1))
      .check(
        describe(
          "Program and arguments, split at spaces, quotes as in a shell. `{handler}` is the handler's file; without it the file comes last.",
        ),
      ),
    working_dir: optional(string().check(minLength(1))).check(
      describe("Folder it runs in, relative to the project. Left out: the project."),
    ),
    environment: preset(variables, {}).check(describe("Environment variables of every handler of this runtime.")),
  }),
).check(
  describe(
    "Languages by name: a program that answers requests on its standard input, or another command for python or shell.",
  ),
);

export type RuntimeOptions = output<typeof options>;
export type RuntimesOptions = output<typeof runtimesSchema>;

/** The options of an endpoint, in full also when it only names a file. */
export function wholeOptions(given: RuntimeOptions | string): RuntimeOptions {
  return typeof given === "string" ? options.parse({ handler: given }) : given;
}

function inRange(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}
