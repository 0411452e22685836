import { _default, boolean, enum as oneOf, minLength, optional, strictObject, string } from "zod/mini";
import { describe } from "./describe.ts";

/** `logging:` — what is written about the work done. */
export const logging = strictObject({
  enabled: describe(_default(boolean(), true), "Whether anything is written."),
  level: describe(_default(oneOf(["debug", "info", "warn", "error"]), "info"), "Least serious line that is written."),
  format: describe(
    optional(oneOf(["json", "pretty", "text"])),
    "One JSON object per line, or lines for people; `text` is the older word for `pretty`. `json` under `start` and `pretty` under `dev` when absent.",
  ),
  file: describe(
    optional(string().check(minLength(1))),
    "File to write to, relative to the configuration; standard output when absent.",
  ),
  requests: describe(_default(boolean(), true), "One line per request."),
  include_headers: describe(_default(boolean(), false), "Add the request's headers, secrets hidden."),
  include_body: describe(_default(boolean(), false), "Add the beginning of the request's body."),
});
