import { createHash } from "node:crypto";
import { BackworksError } from "@backworks/core";
import type { Exchange } from "@backworks/core";

/** Under which an answer says that it came through us. */
export const viaOfAnswers = "1.1 backworks";

/**
 * Who an endpoint is in the `Via` of requests (RFC 9110, 7.6.3): the same as long as the server runs, another for every endpoint and process, so that
 * only a request that comes back to where it was is taken for one that goes round.
 */
export function createPseudonym(server: string, endpoint: string): string {
  const hash = createHash("sha256").update(`${server}\0${endpoint}`).digest("base64url");
  return `backworks-${hash.slice(0, 10)}`;
}

/** Refuses a request that this endpoint has forwarded already. @throws BW_PROXY_LOOP */
export function refuseLoop({ request }: Exchange, pseudonym: string | undefined, endpoint: string): void {
  const via = request.headers["via"];
  if (via === undefined || pseudonym === undefined || !String(via).includes(pseudonym)) return;
  throw new BackworksError("BW_PROXY_LOOP", { endpoint, via: String(via) });
}
