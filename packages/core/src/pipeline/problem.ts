import type { BackworksResponse } from "../exchange.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import { HeaderList } from "../headers.ts";
import { isLoopback } from "../ip-address.ts";
import { statusTitle } from "../status-title.ts";
import { describeThrown, member } from "../thrown.ts";
import type { LiveExchange } from "./exchange.ts";

const problemHeaders = HeaderList.from({ "content-type": "application/problem+json" }).freeze();

/**
 * The response to an error. What nobody expected is logged in full and answered with a bare 500.
 *
 * Never throws, whatever was thrown. Source: RFC 9457, 3.
 */
export function toProblem(thrown: unknown, exchange: LiveExchange): BackworksResponse {
  try {
    return tryProblem(thrown, exchange);
  } catch {
    // It throws when it is looked at: its facts are told in place of it.
    return tryProblem(new BackworksError("BW_INTERNAL", {}, { cause: describeThrown(thrown) }), exchange);
  }
}

function tryProblem(thrown: unknown, exchange: LiveExchange): BackworksResponse {
  const refusal = refusalOf(thrown);
  if (refusal !== undefined) return plainProblem(refusal, exchange);
  const error = isBackworksError(thrown) ? thrown : new BackworksError("BW_INTERNAL", {}, { cause: thrown });
  const response = problemOf(error, exchange);
  if (isOfServer(error) && !error.code.startsWith("BW_REQUEST_")) logFailure(error, exchange);
  return response;
}

/** What a request cannot have of any server (501, 505) is no failure of this one. */
function isOfServer({ status }: BackworksError): boolean {
  return status >= 500 && status !== 501 && status !== 505;
}

interface Refusal {
  readonly status: number;
  readonly message: string | undefined;
}

/** Characters of a foreign message that a client gets. */
const longestDetail = 500;

/** An error of Connect middleware that blames the client, as `http-errors` makes them: `status` 4xx and `expose`. */
function refusalOf(thrown: unknown): Refusal | undefined {
  if (!(thrown instanceof Error) || isBackworksError(thrown)) return undefined;
  const status = member(thrown, "status") ?? member(thrown, "statusCode");
  if (member(thrown, "expose") !== true || typeof status !== "number" || !(status >= 400 && status < 500)) {
    return undefined;
  }
  return {
    status,
    message: isOfTheSystem(thrown) ? undefined : describeThrown(thrown).message.slice(0, longestDetail),
  };
}

/** `send` exposes errors of the file system, whose messages name files of the server. */
function isOfTheSystem(error: Error): boolean {
  return member(error, "syscall") !== undefined || member(error, "errno") !== undefined;
}

function plainProblem({ status, message }: Refusal, exchange: LiveExchange): BackworksResponse {
  const detail = message === undefined ? undefined : exchange.generation.secrets.hide(message);
  const body = { type: "about:blank", title: titleOf(status), status, detail, requestId: exchange.id };
  return { status, headers: problemHeaders, body };
}

/** The response to an error of the catalogue, without logging it. */
export function problemOf(error: BackworksError, exchange: LiveExchange): BackworksResponse {
  const body = {
    type: `urn:backworks:error:${error.code}`,
    title: titleOf(error.status),
    status: error.status,
    code: error.code,
    detail: detailOf(error, exchange),
    requestId: exchange.id,
    ...error.members,
  };
  return { status: error.status, headers: headersOf(error), body };
}

/** Errors that blame the client by their status, and whose words are about the server. */
const internal: ReadonlySet<string> = new Set(["BW_MOCK_BODY_FILE_MISSING"]);

/** What a client did wrong it may always know; what went wrong here only the developer. */
function detailOf(error: BackworksError, exchange: LiveExchange): string | undefined {
  if (!isOfServer(error) && !internal.has(error.code)) return explain(error);
  return isOfDeveloper(exchange) ? exchange.generation.secrets.hide(explain(error)) : undefined;
}

/** Whether the client is the developer: a request of this machine that came through nobody. */
export function isOfDeveloper({ generation, message, request: { headers } }: LiveExchange): boolean {
  if (!generation.app.development || !isLoopback(message.socket.remoteAddress ?? "")) return false;
  return headers["x-forwarded-for"] === undefined && headers["forwarded"] === undefined;
}

function titleOf(status: number): string {
  return statusTitle(status) ?? (status < 500 ? "Client Error" : "Server Error");
}

function headersOf(error: BackworksError): HeaderList {
  if (error.headers === undefined) return problemHeaders;
  const headers = problemHeaders.copy();
  for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
  return headers;
}

function explain(error: BackworksError): string {
  const { cause } = error;
  const known = error.code === "BW_INTERNAL" && typeof cause === "object" && cause !== null;
  const reason = known ? `${error.message}: ${describeThrown(cause).message}` : error.message;
  return error.hint === undefined ? reason : `${reason} (${error.hint})`;
}

function logFailure(error: BackworksError, exchange: LiveExchange): void {
  const cause = error.code === "BW_INTERNAL" ? error.cause : error;
  exchange.generation.logger.error("request failed", {
    requestId: exchange.id,
    method: exchange.request.method,
    path: exchange.request.path,
    endpoint: exchange.route?.endpoint,
    plugin: error.code === "BW_RESPONSE_INVALID" ? exchange.bodyFrom : error.details["plugin"],
    code: error.code,
    error: cause,
  });
}
