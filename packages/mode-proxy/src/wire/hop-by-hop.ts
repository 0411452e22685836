/**
 * Fields that concern one connection and not the message. Source: RFC 9110, 7.6.1, and for those of proxy authentication, which nobody but the
 * next proxy is to see, 11.7.
 */
const always: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** What a message is framed and routed by stays, whatever `Connection` names. */
const never: ReadonlySet<string> = new Set(["content-length", "host"]);

/** Whether a field goes no further than the connection it came over. The name is in lower case. */
export function isHopByHop(name: string, named: ReadonlySet<string> | undefined): boolean {
  return always.has(name) || (named !== undefined && named.has(name));
}

/** The fields that `Connection` names, in lower case; `undefined` when it names none but those that never go further. */
export function namedByConnection(connection: string | undefined): ReadonlySet<string> | undefined {
  // What most messages have.
  if (connection === undefined || connection === "keep-alive" || connection === "close") return undefined;
  const named = connection
    .split(",")
    .map((option) => option.trim().toLowerCase())
    .filter((option) => option !== "" && !always.has(option) && !never.has(option) && option !== "close");
  return named.length === 0 ? undefined : new Set(named);
}
