import { splitList } from "./directives.ts";
import { parseHttpDate } from "./http-date.ts";

type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What tells one version of an answer from another. */
export interface Validators {
  readonly etag: string | undefined;
  /** As it was sent. */
  readonly lastModified: string | undefined;
}

/** What is known of an answer that is stored. */
export interface StoredValidators extends Validators {
  /** What stands in for `Last-Modified`: when it was made, otherwise when it came; since the Unix epoch. */
  readonly madeMs: number;
}

/**
 * Whether the client has this version already, so that 304 is the answer to its GET or HEAD.
 *
 * Source: RFC 9110, 13.1.2, 13.1.3 and 13.2.2; RFC 9111, 4.3.2.
 */
export function isNotModified(headers: RequestHeaders, { etag, lastModified, madeMs }: StoredValidators): boolean {
  const none = headers["if-none-match"];
  if (none !== undefined) {
    const tags = splitList(String(none));
    return tags.includes("*") || (etag !== undefined && tags.some((tag) => weak(tag) === weak(etag)));
  }
  const since = parseHttpDate(headers["if-modified-since"] as string | undefined);
  const modified = lastModified === undefined ? madeMs : parseHttpDate(lastModified);
  return since !== undefined && modified !== undefined && modified <= since;
}

/** Whether a range is wanted of this version; without `If-Range` of any (RFC 9110, 13.1.5). */
export function rangeHolds(headers: RequestHeaders, { etag, lastModified }: Validators): boolean {
  const given = headers["if-range"];
  if (given === undefined) return true;
  const text = String(given);
  if (text.endsWith('"')) return !text.startsWith("W/") && text === etag;
  return text === lastModified && parseHttpDate(text) !== undefined;
}

/** Whether a client asks that something must not have changed: its server answers that, and no cache (RFC 9111, 4.3.2). */
export function hasPrecondition(headers: RequestHeaders): boolean {
  return headers["if-match"] !== undefined || headers["if-unmodified-since"] !== undefined;
}

function weak(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}
