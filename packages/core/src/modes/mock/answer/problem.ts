import type { JsonValue } from "../../../exchange.ts";
import { statusTitle } from "../../../status-title.ts";

/** Members of a problem body (RFC 9457, 3.1); those that `problem` gives win. `status` is `undefined` when it is templated. */
export function problemBody(
  problem: string | Readonly<Record<string, JsonValue>>,
  status: number | undefined,
): Readonly<Record<string, JsonValue>> {
  const title = status === undefined ? undefined : statusTitle(status);
  return {
    type: "about:blank",
    ...(title !== undefined && { title }),
    ...(status !== undefined && { status }),
    ...(typeof problem === "string" ? { detail: problem } : problem),
  };
}
