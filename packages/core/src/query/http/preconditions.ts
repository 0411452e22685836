import { BackworksError } from "../../errors.ts";
import type { BackworksRequest } from "../../exchange.ts";

type Headers = BackworksRequest["headers"];

/** What stands at an address, by its validator. */
export interface Tagged {
  /** Strong validator (RFC 9110, 8.8.3), with its quotation marks; asked for only when a header names one. */
  readonly etag: string;
}

/** Whose row it is. */
export interface PreconditionRules {
  /** What the collection is called. */
  readonly resource: string;
  /** Whether a write must say which row it is meant for. */
  readonly requireIfMatch: boolean;
}

/**
 * Refuses a write whose If-Match or If-None-Match does not hold; `current` is what is there.
 *
 * Asked last, when nothing else stands against the write (RFC 9110, 13.2.1).
 *
 * @throws BW_RESOURCE_PRECONDITION, BW_RESOURCE_PRECONDITION_REQUIRED
 */
export function checkPreconditions(
  headers: Headers,
  current: Tagged | undefined,
  { resource, requireIfMatch }: PreconditionRules,
): void {
  const match = fieldOf(headers["if-match"]);
  if (match === undefined && current && requireIfMatch)
    throw new BackworksError("BW_RESOURCE_PRECONDITION_REQUIRED", { resource });
  if (match !== undefined && !(current && holds(match, current, "strong"))) throw failedPrecondition("If-Match");
  const none = fieldOf(headers["if-none-match"]);
  if (none !== undefined && current && holds(none, current, "weak")) throw failedPrecondition("If-None-Match");
}

/**
 * Whether a client already has what it reads (304). @throws BW_RESOURCE_PRECONDITION when its If-Match does not hold
 */
export function isNotModified(headers: Headers, current: Tagged): boolean {
  const match = fieldOf(headers["if-match"]);
  if (match !== undefined && !holds(match, current, "strong")) throw failedPrecondition("If-Match");
  const none = fieldOf(headers["if-none-match"]);
  return none !== undefined && holds(none, current, "weak");
}

function fieldOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "object" ? value.join(", ") : value;
}

/** RFC 9110, 8.8.3.2: compared strongly, a weak tag equals none. */
function holds(field: string, current: Tagged, comparison: "strong" | "weak"): boolean {
  if (field.trim() === "*") return true;
  const { etag } = current;
  return tagsOf(field).some((tag) => (comparison === "weak" && tag.startsWith("W/") ? tag.slice(2) : tag) === etag);
}

function tagsOf(field: string): readonly string[] {
  return field.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** The 412 of a header that does not hold. */
export function failedPrecondition(header: string): BackworksError {
  return new BackworksError("BW_RESOURCE_PRECONDITION", { header });
}
