import { isIPv6 } from "node:net";
import { overwrite, refine, regex, string } from "zod/mini";
import { BackworksError } from "../../errors.ts";

/** `[::1]`, as people copy it from URLs, is the address in it (RFC 3986, 3.2.2). */
function withoutBrackets(text: string): string {
  const inner = /^\[(.+)\]$/.exec(text)?.[1];
  return inner !== undefined && isIPv6(inner) ? inner : text;
}

const form = /^[^\s/?#@[\]*]+$/;
const problem = "must be a host name or an address, without a port";

/** Where a server listens: a name, or an address of either kind. */
export const host = string("must be a text; an address in brackets stands in quotes").check(
  overwrite(withoutBrackets),
  regex(form, problem),
  // What has a colon is an address, or has a port behind it.
  refine((text) => !text.includes(":") || isIPv6(text), problem),
);

/** The same for what a program or a command line gives. @throws BW_LISTEN_FAILED */
export function toHost(given: string, port: number | undefined): string {
  const text = withoutBrackets(given);
  if (form.test(text) && (!text.includes(":") || isIPv6(text))) return text;
  throw new BackworksError("BW_LISTEN_FAILED", { host: JSON.stringify(given), port: port ?? "?", problem });
}
