import { _default, literal, strictObject, union } from "zod/mini";
import { describe } from "./describe.ts";
import { duration, fixedDuration } from "./quantity.ts";

const limits = strictObject({
  blocked: describe(
    _default(fixedDuration(100), "1s"),
    "How long code may keep the event loop to itself before it is looked for and named.",
  ),
  terminate: describe(
    _default(duration(500), "30s"),
    "After so long what blocks the event loop is stopped and the request it was for is answered with 500; `false` for never.",
  ),
});

/** `server.watchdog:` — what is done about code that blocks the event loop. */
export const watchdog = union([literal(false), limits]);
