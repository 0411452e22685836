import type { Directives } from "./directives.ts";
import { parseDirectives, splitList } from "./directives.ts";

/** Fields that are for us before `Cache-Control` is, most particular first (RFC 9213, 2.2). */
export const targetedFields: readonly string[] = ["backworks-cache-control", "cdn-cache-control"];

/** A member of a dictionary: a key, and a value that is a token, a number, a text or a boolean; parameters are ignored. */
const member =
  /^[a-z*][\w.*-]*(?:=(?:-?\d+(?:\.\d+)?|"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"|[A-Za-z*][^\s,;="]*|\?[01]))?(?:\s*;[^,]*)?$/;

/**
 * Directives of a targeted field; `undefined` when it is empty or no dictionary, and so does not count.
 *
 * Source: RFC 9213, 2.1: it is a structured field, and one that fails to parse is ignored.
 */
export function parseTargeted(field: string | undefined): Directives | undefined {
  if (field === undefined) return undefined;
  const parts = splitList(field);
  if (parts.length === 0 || !parts.every((part) => member.test(part))) return undefined;
  const booleans = parts.filter((part) => !/=\?0/.test(part)).map((part) => part.replace(/=\?1/, ""));
  // The last of a key counts in a dictionary (RFC 8941, 3.2); here the first does.
  return parseDirectives(booleans.reverse().join(", "));
}
