import type { HeaderInit, ResponseInit } from "@backworks/core";
import type { Row } from "../../engine.ts";
import type { Refusal } from "../refusal.ts";
import { refusals } from "../refusal.ts";
import type { Preferences } from "./preferences.ts";
import { appliedHeader } from "./preferences.ts";
import type { Rest, RestRequest } from "./rest.ts";

/** What a request came to. */
export interface Outcome {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** `undefined` sends nothing. */
  readonly body?: string | Uint8Array | undefined;
  /** Preferences that were followed. */
  readonly followed: readonly (keyof Preferences)[];
  /** Result of the statement, for what functions say of the answer. */
  readonly row: Row;
}

/** The response, with what functions of the database said of it. @throws Refused with PGRST111, PGRST112 */
export function toResponse({ settings }: Rest, request: RestRequest, outcome: Outcome): ResponseInit {
  const { media, preferences, schema, saysSchema } = request;
  const profile = saysSchema ? { "content-profile": schema } : {};
  const content = outcome.body === undefined ? {} : { "content-type": media.contentType, ...profile };
  const followed = settings.txEnd.mayBeOther ? outcome.followed : outcome.followed.filter((name) => name !== "tx");
  const own = { ...outcome.headers, ...content, ...appliedHeader(preferences, followed) };
  return {
    status: saidStatus(outcome.row) ?? outcome.status,
    headers: withSaid(own, saidHeaders(outcome.row)),
    body: outcome.body ?? null,
  };
}

/** The body that a statement made, with the names of its columns before those of CSV. */
export function bodyOf({ media }: RestRequest, { body, rows }: Row, names: readonly string[]): string | Uint8Array {
  if (media.kind === "csv") return `${Number(rows) === 0 ? "" : names.join(",")}\n${String(body)}`;
  if (media.made === undefined) return String(body);
  const text = typeof body === "string" ? body : "";
  return media.made.makes.bytes ? Buffer.from(text, "base64") : text;
}

/** What a function said replaces what would be sent; it may say a name more than once. */
function withSaid(
  own: Readonly<Record<string, string>>,
  said: readonly (readonly [name: string, value: string])[],
): HeaderInit {
  const headers: Record<string, string | string[]> = { ...own };
  const seen = new Map<string, string[]>();
  for (const [name, value] of said) {
    const values = [...(seen.get(name) ?? []), value];
    seen.set(name, values);
    headers[name] = values.length === 1 ? value : values;
  }
  return headers;
}

function saidHeaders(row: Row): readonly (readonly [string, string])[] {
  const text = row["headers"];
  if (typeof text !== "string") return [];
  const list = parse(text);
  if (!Array.isArray(list)) throw refusals.responseHeaders();
  return list.map((item: unknown) => {
    const entries = typeof item === "object" && item !== null ? Object.entries(item) : [];
    const [name, value] = entries[0] ?? [];
    if (entries.length !== 1 || name === undefined || typeof value !== "string") throw refusals.responseHeaders();
    return [name.toLowerCase(), value] as const;
  });
}

function saidStatus(row: Row): number | undefined {
  const text = row["status"];
  if (typeof text !== "string") return undefined;
  const status = Number(text);
  if (!/^\d{3}$/.test(text) || status < 200 || status > 599) throw refusals.responseStatus();
  return status;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.responseHeaders();
  }
}

/** An error body as PostgREST writes it. */
export function refusalResponse({ status, code, message, details, hint, headers }: Refusal): ResponseInit {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "proxy-status": proxyStatus(code), ...headers },
    body: JSON.stringify({ code, details: details ?? null, hint: hint ?? null, message }),
  };
}

/** Who refused, where others stand before it (RFC 9209). */
function proxyStatus(code: string): string {
  return `PostgREST; error=${code.replaceAll(/[^\w-]/g, "_")}`;
}

/** `0-9/42`, with an asterisk for what is not known. */
export function contentRange(lower: number, upper: number, total: number | undefined): string {
  const range = total !== 0 && lower <= upper ? `${lower}-${upper}` : "*";
  return `${range}/${total ?? "*"}`;
}
