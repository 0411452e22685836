import {
  array,
  check,
  minLength,
  optional,
  string,
  strictObject,
  toUpperCase,
  enum as oneOf,
  pipe,
  union,
} from "zod/mini";
import type { BackworksError } from "../../errors.ts";
import { normalisePath, parsePathPattern } from "../../path-pattern.ts";
import { describe } from "./describe.ts";
import { oneLine } from "./one-line.ts";
import { endpointLimits, endpointTimeouts } from "./limits.ts";
import { rateLimit } from "./rate-limit.ts";
import { parameters, schema, validation } from "./validation.ts";

/** Methods an endpoint may answer. */
export const methodNames = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;

const method = pipe(string().check(toUpperCase()), oneOf(methodNames));
const methods = union([method, array(method).check(minLength(1))]);

/** `endpoints.<name>:` — the keys that every endpoint has, whatever its mode. */
export const endpoint = strictObject({
  name: describe(optional(oneLine), "Its name, where endpoints are a list; the method and the path when absent."),
  path: describe(
    string().check(
      check<string>(({ value, issues }) => {
        const mistake = mistakeOf(value);
        if (mistake !== undefined)
          issues.push({ code: "custom", message: mistake.problem, params: { hint: mistake.hint }, input: value });
      }),
    ),
    "Path below `server.base_path`. `{id}` or `:id` is a parameter, `{id:int}` and `{id:uuid}` a typed one, `*` at the end the rest.",
  ),
  method: describe(optional(methods), "The method it answers; `GET` when neither `method` nor `methods` is there."),
  methods: describe(
    optional(methods),
    "The methods it answers. HEAD follows from GET; OPTIONS and 405 are answered anyway.",
  ),
  mode: describe(
    optional(string().check(minLength(1))),
    "How it answers. Otherwise the root `mode`, otherwise the one block that is there.",
  ),
  description: describe(optional(string()), "What it is for, in your words."),
  parameters: describe(optional(parameters), "Parameters of its requests, each with what its value must be."),
  validation: describe(optional(validation), "Fields of the body that creates or changes something."),
  schema: describe(
    optional(schema),
    "JSON Schema of the body, or of parts of the request: `body`, `query`, `path`, `headers`, `cookies`. A text names a file.",
  ),
  rate_limit: describe(optional(rateLimit), "A limit of its own instead of the root `rate_limit`; `false` for none."),
  limits: describe(optional(endpointLimits), "Limits of its own."),
  timeouts: describe(optional(endpointTimeouts), "Time limits of its own."),
});

/** A longer one could hardly be asked for: a request line has 8 KiB. */
const longestPath = 2048;

function mistakeOf(path: string): { problem: string; hint: string | undefined } | undefined {
  if (path.length > longestPath) return { problem: `has more than ${longestPath} characters`, hint: undefined };
  if (/\s/.test(path)) return { problem: "has a blank", hint: "write %20 for a blank" };
  if (path.includes("//")) return { problem: "has an empty segment", hint: "write one slash" };
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]|%(?:[01][0-9a-f]|7f)/i.test(path))
    return { problem: "has a control character", hint: "requests with one are refused" };
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path))
    return { problem: "has a . or .. segment", hint: "write the path it stands for" };
  try {
    parsePathPattern(normalisePath(path));
    return undefined;
  } catch (thrown) {
    // parsePathPattern throws nothing but ours.
    const error = thrown as BackworksError;
    return { problem: String(error.details["problem"]), hint: error.hint };
  }
}
