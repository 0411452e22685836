import type { BackworksResponse } from "../exchange.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import { HeaderList } from "../headers.ts";
import { statusTitle } from "../status-title.ts";
import type { LiveExchange } from "./exchange.ts";

const problemHeaders = HeaderList.from({ "content-type": "application/problem+json" }).freeze();

/**
 * The response to an error. What nobody expected is logged in full and answered with a bare 500.
 *
 * Source: RFC 9457, 3.
 */
export function toProblem(thrown: unknown, exchange: LiveExchange): BackworksResponse {
  const refusal = refusalOf(thrown);
  if (refusal !== undefined) return plainProblem(refusal, exchange);
  const error = isBackworksError(thrown) ? thrown : new BackworksError("BW_INTERNAL", {}, { cause: thrown });
  if (error.status >= 500) logFailure(error, exchange);
  return problemOf(error, exchange);
}

interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** An error of Connect middleware that blames the client, as `http-errors` makes them: `status` 4xx and `expose`. */
function refusalOf(thrown: unknown): Refusal | undefined {
  if (!(thrown instanceof Error) || isBackworksError(thrown)) return undefined;
  const { status, statusCode, expose, message } = thrown as Error &
    Partial<Record<"status" | "statusCode" | "expose", unknown>>;
  const code = status ?? statusCode;
  if (expose !== true || typeof code !== "number" || !(code >= 400 && code < 500)) return undefined;
  return { status: code, message };
}

function plainProblem({ status, message }: Refusal, exchange: LiveExchange): BackworksResponse {
  const body = { type: "about:blank", title: titleOf(status), status, detail: message, requestId: exchange.id };
  return { status, headers: problemHeaders, body };
}

/** The response to an error of the catalogue, without logging it. */
export function problemOf(error: BackworksError, exchange: LiveExchange): BackworksResponse {
  const { development } = exchange.generation.app;
  const body = {
    type: `urn:backworks:error:${error.code}`,
    title: titleOf(error.status),
    status: error.status,
    code: error.code,
    // What a client did wrong it may always know; what went wrong here only the developer.
    detail: error.status < 500 || development ? explain(error) : undefined,
    requestId: exchange.id,
    ...error.members,
  };
  return { status: error.status, headers: headersOf(error), body };
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
  const reason =
    error.code === "BW_INTERNAL" && cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
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
