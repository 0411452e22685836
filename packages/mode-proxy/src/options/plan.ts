import type { Exchange, HeaderList } from "@backworks/core";
import { defineState } from "@backworks/core";
import type { RetryPolicy } from "../retry/retry-policy.ts";
import type { Target, Upstream } from "../upstream/target.ts";

/** Everything that forwarding takes, decided when the endpoint is compiled. */
export interface ForwardPlan {
  /** Name of the endpoint. */
  readonly endpoint: string;
  /** Where requests go. */
  readonly upstream: Upstream;
  /** How long things may take. */
  readonly timeouts: ForwardTimeouts;
  /** Whether and when another attempt is made; `undefined` for one attempt. */
  readonly retries: RetryPolicy | undefined;
  /** How the upstream is told who asks. */
  readonly forwarded: ForwardedKind;
  /** Who we are in the `Via` of requests; `undefined` writes none, neither way. */
  readonly via: string | undefined;
  /** Whether the upstream gets the `Host` of the client instead of its own. */
  readonly preserveHost: boolean;
  /** Sends this method, and no body; the method and body of the client when `undefined`. */
  readonly method: string | undefined;
  /** Path and query below the path of the target. @throws BW_REQUEST_PATH */
  toPath(exchange: Exchange): string;
  /**
   * Changes the headers of one attempt: names and values in turn, hop-by-hop ones removed, forwarded ones in place. May give back the list
   * it got.
   */
  readonly editRequest: ((exchange: Exchange, headers: string[], target: Target) => string[]) | undefined;
  /** Changes head and status of an answer, hop-by-hop headers removed. A status without a body drops the body. */
  readonly editResponse: ((exchange: Exchange, response: ResponseHead, target: Target) => void) | undefined;
  /** Listens in on a request; called once for each, whatever attempts follow. */
  readonly tap: ((exchange: Exchange, request: TappedRequest) => RequestTap | undefined) | undefined;
}

/** In milliseconds; `Infinity` for no limit. How long connecting may take belongs to the target. */
export interface ForwardTimeouts {
  /** From the whole request to the head of the answer. */
  readonly headersMs: number;
  /** Between two parts of a body. */
  readonly idleMs: number;
  /** From the arrival of the request to the last byte of the answer, further attempts included. */
  readonly totalMs: number;
}

/** `X-Forwarded-*`, `Forwarded` (RFC 7239), both, or what the client sent left alone. */
export type ForwardedKind = "x" | "rfc7239" | "both" | "off";

/** The head of an answer. */
export interface ResponseHead {
  status: number;
  readonly headers: HeaderList;
}

/** A request as it goes out. */
export interface TappedRequest {
  readonly method: string;
  /** With the path of the target. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** Gets a request's body as it goes by; must not hold it up. */
export interface RequestTap {
  data(chunk: Uint8Array): void;
  end(): void;
  /** The body did not come to its end. */
  abort(): void;
}

/** A body to send instead of what the client sent. */
export const requestBytes = defineState<{ bytes: Uint8Array | undefined }>("proxy request body", () => ({
  bytes: undefined,
}));
