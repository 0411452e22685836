import { record, regex, string } from "zod/mini";
import { describe } from "./describe.ts";

const name = string().check(
  regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of a header: letters, digits and hyphens"),
);
const value = string().check(regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must be one line of Latin text"));

/** `global_headers:` — headers of every response. Source: RFC 9110, 5.1 and 5.5. */
export const globalHeaders = describe(
  record(name, value),
  "Headers that every response gets unless it has them already.",
);
