import { BackworksError } from "@backworks/core";

/**
 * Refuses a path whose dot segments lead above its first segments: a server that resolves them would answer from elsewhere.
 *
 * Encoded dots (`%2e`) count, encoded slashes and backslashes (`%2f`, `%5c`) part segments as well, and what follows a semicolon in a
 * segment is no part of its name: upstreams differ in what they decode, and none of them may be led astray.
 *
 * @throws BW_REQUEST_PATH
 */
export function refuseEscape(path: string, kept: number = 0): void {
  if (!maybeDots.test(path)) return;
  let depth = 0;
  for (const segment of path.slice(1).split(separators)) {
    const name = segment.replace(/;.*$/s, "").replaceAll(encodedDot, ".");
    if (name === "..") depth -= 1;
    else if (name !== "." && name !== "") depth += 1;
    if (name === ".." && depth < kept) throw new BackworksError("BW_REQUEST_PATH", { path, problem: "leads outside" });
  }
}

const maybeDots = /(?:\.|%2e){2}/i;
const separators = /\/|\\|%2f|%5c/i;
const encodedDot = /%2e/gi;
