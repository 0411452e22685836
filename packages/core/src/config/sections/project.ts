import { array, literal, minLength, optional, record, strictObject, string, union, unknown } from "zod/mini";
import { describe } from "./describe.ts";
import { oneLine } from "./one-line.ts";
import { rateLimit } from "./rate-limit.ts";

const text = string().check(minLength(1));
const files = union([text, array(text)]);

/** The root keys that are no section of their own. */
export const project = strictObject({
  name: describe(optional(oneLine), "Name of the API; the folder's when absent."),
  version: describe(optional(oneLine), "Version of the API, in your words."),
  description: describe(optional(string()), "What the API is for, in your words."),
  mode: describe(optional(text), "Mode of every endpoint that does not name one."),
  rate_limit: describe(
    optional(rateLimit),
    "How often a client may ask before it is refused with 429; shared by every endpoint that has none of its own. `false` for no limit, also under `backworks start`, which otherwise has one of 6,000 a minute and 200 at once.",
  ),
  middleware: describe(
    optional(union([text, array(text)])),
    "Files with Connect middleware, relative to the configuration, called before every request.",
  ),
  extends: describe(optional(files), "Files laid beneath this one: what stands here wins."),
  include: describe(
    optional(files),
    "Files whose keys are put beside those of this one: the same key twice is a mistake.",
  ),
  environments: describe(
    optional(record(string(), record(string(), unknown()))),
    "Sections by name of an environment; the one chosen by `--environment` or `BACKWORKS_ENV` is laid over the rest.",
  ),
  env_file: describe(
    optional(union([literal(false), files])),
    "Files of environment variables instead of `.env`; `false` for none. The environment of the process wins.",
  ),
});
