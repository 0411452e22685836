import type { JsonValue } from "../../../exchange.ts";

/** RFC 9110, 15: the phrases of statuses that problems have. */
const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  428: "Precondition Required",
  429: "Too Many Requests",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Members of a problem body (RFC 9457, 3.1); those that `problem` gives win. `status` is `undefined` when it is templated. */
export function problemBody(
  problem: string | Readonly<Record<string, JsonValue>>,
  status: number | undefined,
): Readonly<Record<string, JsonValue>> {
  const title = status === undefined ? undefined : titles[status];
  return {
    type: "about:blank",
    ...(title !== undefined && { title }),
    ...(status !== undefined && { status }),
    ...(typeof problem === "string" ? { detail: problem } : problem),
  };
}
