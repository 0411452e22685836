import type { ZodMiniType } from "zod/mini";
import { refine, regex, string } from "zod/mini";

const wanted = "must be an http:// or https:// URL";

/** What can be asked with `fetch`. */
export function httpUrl(): ZodMiniType<string, string> {
  return string().check(
    regex(/^https?:\/\/[^/]/, wanted),
    refine((url) => URL.canParse(url), wanted),
    refine(
      (url) => !URL.canParse(url) || (new URL(url).username === "" && new URL(url).password === ""),
      "must not hold a user or password",
    ),
  );
}
