/** A server, as a URL of the configuration names it. */
export interface ServerUrl {
  /** `http://host:port`, without a slash at the end. */
  readonly origin: string;
  /** Empty, or begins with a slash and does not end with one. */
  readonly path: string;
}

/** Takes a URL apart; a text says what is wrong with it. */
export function parseServerUrl(text: string): ServerUrl | string {
  if (!URL.canParse(text)) return "is not a URL that begins with http:// or https://";
  const url = new URL(text);
  const problem = problemOf(url, text);
  return problem ?? { origin: url.origin, path: url.pathname.replace(/\/+$/, "") };
}

function problemOf({ protocol, username, password, search, hash }: URL, text: string): string | undefined {
  if (protocol !== "http:" && protocol !== "https:") return "must begin with http:// or https://";
  if (username !== "" || password !== "") return "must not hold a name and a password: send them in a header";
  if (search !== "" || hash !== "") return "must not have a query or a fragment";
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(pathOf(text))) return "must not have a . or .. segment";
  return undefined;
}

/** The path as it was written: `URL` has resolved its dots. */
function pathOf(text: string): string {
  return /^[a-z]+:\/*[^/?#]*([^?#]*)/i.exec(text)?.[1] ?? "";
}
