import { isIPv6 } from "node:net";
import { overwrite, refine, regex, string } from "zod/mini";
import { BackworksError } from "../../errors.ts";

/** `[::1]`, as people copy it from URLs, is the address in it (RFC 3986, 3.2.2). */
function withoutBrackets(text: string): string {
  const inner = /^\[(.+)\]$/.exec(text)?.[1];
  return inner !== undefined && isIPv6(inner) ? inner : text;
}

const form = /^[^\s/?#@[\]*]+$/;
const problem = "must be a host name or an address";
/** What has a colon is an address, or has a port behind it. */
const isAlone = (text: string): boolean => !text.includes(":") || isIPv6(text);

/** Where a server listens: a name, or an address of either kind. */
export const host = string().check(
  overwrite(withoutBrackets),
  regex(form, { error: problem, abort: true }),
  refine(isAlone, `${problem}, without a port`),
);

/** The same for what a program or a command line gives. @throws BW_LISTEN_FAILED */
export function toHost(given: string, port: number): string {
  const text = withoutBrackets(given);
  if (form.test(text) && isAlone(text)) return text;
  const details = { host: JSON.stringify(given), port, problem: `it ${problem}, without a port` };
  throw new BackworksError("BW_LISTEN_FAILED", details);
}
