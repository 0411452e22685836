import { BackworksError } from "@backworks/core";
import type { ErrorCode } from "@backworks/core";
import type { UpstreamFailure } from "../upstream/target.ts";

/** Why an attempt came to nothing. */
export interface Failure {
  readonly kind: UpstreamFailure;
  /** What the client is told when no other attempt follows. */
  readonly error: BackworksError;
}

/** What is known of an attempt that failed. */
export interface FailedAttempt {
  /** Name of the upstream. */
  readonly upstream: string;
  /** Whether there was a connection, and the request went out over it. */
  readonly connected: boolean;
  /** Milliseconds that were given to what took too long, by the library's name for it. */
  readonly limits: Readonly<Record<string, number>>;
}

const timeouts: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

const protocolErrors: ReadonlySet<string> = new Set([
  "UND_ERR_HEADERS_OVERFLOW",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_RES_EXCEEDED_MAX_SIZE",
]);

/** What an error of a client library means; `undefined` for one that the upstream has nothing to do with. */
export function toFailure(cause: unknown, attempt: FailedAttempt): Failure | undefined {
  const { upstream, connected } = attempt;
  const code = codeOf(cause);
  if (code.startsWith("UND_ERR_INVALID") || code === "UND_ERR_NOT_SUPPORTED") return undefined;
  const fail = (kind: UpstreamFailure, codeName: ErrorCode, details: Record<string, string | number>): Failure => ({
    kind,
    error: new BackworksError(codeName, { upstream, ...details }, { cause }),
  });
  if (timeouts.has(code)) {
    return fail(connected ? "timeout" : "connect", "BW_UPSTREAM_TIMEOUT", { limit: attempt.limits[code] ?? 0 });
  }
  if (!connected) return fail("connect", "BW_UPSTREAM_UNREACHABLE", { problem: problemOf(cause, code) });
  if (isProtocolError(cause, code))
    return fail("protocol", "BW_UPSTREAM_PROTOCOL", { problem: problemOf(cause, code) });
  return fail("reset", "BW_UPSTREAM_RESET", {});
}

function isProtocolError(cause: unknown, code: string): boolean {
  const isUnreadable = code.startsWith("HPE_") || (cause instanceof Error && cause.name === "HTTPParserError");
  return isUnreadable || protocolErrors.has(code) || /^bad (?:response|upgrade)$/.test(messageOf(cause));
}

/** undici ends a connection over which a `100 Continue` comes, whether or not it says so. */
export function isUnaskedContinue(cause: unknown): boolean {
  return messageOf(cause) === "bad response";
}

/**
 * Whether a connection that had served before was closed under a request, as servers do with idle ones whenever they like (RFC 9112, 9.3.1).
 * Of one that was reset nothing more is known.
 */
export function wasClosedIdle(cause: unknown): boolean {
  const code = codeOf(cause);
  if (code === "ECONNRESET" || code === "EPIPE") return true;
  if (code !== "UND_ERR_SOCKET" || isUnaskedContinue(cause)) return false;
  const { socket } = cause as { readonly socket?: { readonly bytesRead?: number } };
  return (socket?.bytesRead ?? 0) > 0;
}

const beforeConnection: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether there was a connection, for who is told of nothing but the error. */
export function wasConnected(cause: unknown): boolean {
  const code = codeOf(cause);
  return !beforeConnection.has(code) && !code.startsWith("ERR_TLS") && !/CERT|SELF_SIGNED/.test(code);
}

function codeOf(cause: unknown): string {
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The first line; of several addresses that were tried, what went wrong with the first. */
function problemOf(cause: unknown, code: string): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return problemOf(cause.errors[0], code);
  const message = messageOf(cause).split("\n", 1)[0] ?? "";
  return message === "" ? code : message;
}
