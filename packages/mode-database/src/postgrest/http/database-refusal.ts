import { isBackworksError } from "@backworks/core";
import type { BackworksError } from "@backworks/core";
import type { Refusal } from "../refusal.ts";
import { Refused, refusals } from "../refusal.ts";

/** What `pg` tells with an error of the server. */
interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** What is answered for whatever went wrong; `undefined` for what is none of a database's. */
export function toRefusal(error: unknown, authenticated: boolean): Refusal | undefined {
  if (error instanceof Refused) return error.refusal;
  if (isBackworksError(error)) return ofOurs(error);
  if (!isServerError(error)) return undefined;
  if (error.code === "PGRST") return raised(error);
  const status = statusOf(error, authenticated);
  // A client that is nobody may become somebody (RFC 9110, 15.5.2).
  const headers = status === 401 ? { "www-authenticate": "Bearer" } : undefined;
  return { status, code: error.code, message: error.message, details: error.detail, hint: error.hint, headers };
}

function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code)
  );
}

/** Whether the server does not know a name that the catalog has: then the catalog is old. */
export function isUnknownToServer(error: unknown): boolean {
  return isServerError(error) && /^(?:42P01|42703|42704|42883)$/.test(error.code);
}

const statuses: readonly (readonly [code: RegExp, status: number])[] = [
  [/^23503$|^23505$/, 409],
  [/^25006$/, 405],
  [/^53400$/, 500],
  [/^57P01$/, 503],
  [/^P0001$/, 400],
  [/^42883$|^42P01$/, 404],
  [/^42P17$/, 500],
  [/^0[LP]|^28/, 403],
  [/^08|^53/, 503],
  [/^(?:09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/, 500],
];

/** Source: https://docs.postgrest.org/en/v12/references/errors.html#http-status-codes */
function statusOf({ code, message }: ServerError, authenticated: boolean): number {
  if (code === "42501") return authenticated ? 403 : 401;
  if (code === "21000") return message.endsWith("requires a WHERE clause") ? 400 : 500;
  if (code.startsWith("PT")) return validStatus(Number(code.slice(2))) ?? 500;
  return special.find(([of, words]) => of === code && words.test(message))?.[2] ?? ofCode(code);
}

const special: readonly (readonly [code: string, message: RegExp, status: number])[] = [
  // A role that a token names.
  ["22023", /^role "[^]*" does not exist$/, 401],
  // XML that is asked of rows without having a function for it.
  ["42883", /^function xmlagg\(/, 406],
];

function ofCode(code: string): number {
  return statuses.find(([codes]) => codes.test(code))?.[1] ?? 400;
}

function validStatus(status: number): number | undefined {
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined;
}

/** `RAISE SQLSTATE 'PGRST'`: the message is the body, the detail says status and headers, both as JSON. */
function raised({ message, detail }: ServerError): Refusal {
  const body = parse(message);
  if (typeof body?.["code"] !== "string" || typeof body["message"] !== "string")
    return refusals.raise(
      `Invalid JSON value for MESSAGE: '${message}'`,
      "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.",
    ).refusal;
  const said = detail === undefined ? undefined : parse(detail);
  const status = validStatus(Number(said?.["status"]));
  if (said === undefined || status === undefined || typeof said["headers"] !== "object")
    return refusals.raise(
      detail === undefined ? "DETAIL is missing in the RAISE statement" : `Invalid JSON value for DETAIL: '${detail}'`,
      "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.",
    ).refusal;
  return {
    status,
    code: body["code"],
    message: body["message"],
    details: textOf(body["details"]),
    hint: textOf(body["hint"]),
    headers: textsOf(said["headers"]),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // An object; its members are looked at one by one.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Who raised it is told.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts.map(([name, text]) => [name.toLowerCase(), text]));
}

/** What our own parts refuse, in PostgREST's words where it has some; `undefined` for what is no matter of clients. */
function ofOurs({ code, message, hint, status, headers }: BackworksError): Refusal | undefined {
  if (code.startsWith("BW_QUERY_")) return refusals.query(message, undefined, hint).refusal;
  if (code === "BW_DATABASE_UNAVAILABLE") return refusals.away(headers).refusal;
  if (code === "BW_DATABASE_BUSY") return refusals.busy(headers).refusal;
  return status < 500 ? { status, code, message, hint, headers } : undefined;
}
