import { _default, literal, maximum, number, positive, strictObject, union } from "zod/mini";
import { describe } from "./describe.ts";
import { fixedDuration } from "./quantity.ts";

const thresholds = strictObject({
  utilization: describe(
    _default(number().check(positive("must be more than 0"), maximum(1)), 0.95),
    "Share of its time that the event loop is busy, 0 to 1. It counts when requests wait as well: a server that is busy and quick refuses nothing.",
  ),
  delay: describe(
    _default(fixedDuration(20), "200ms"),
    "By which timers are late. Longer for a second, and requests are refused until it is shorter again.",
  ),
});

/** `server.overload:` — when requests are refused because the process cannot keep up. */
export const overload = union([literal(false), thresholds]);
