import { BackworksError } from "../../../errors.ts";
import type { BackworksRequest } from "../../../exchange.ts";
import type { Row } from "../../../query/tree.ts";
import type { Call } from "./call.ts";
import { representationOf } from "./representation.ts";

type Headers = BackworksRequest["headers"];

/**
 * Refuses a write whose If-Match or If-None-Match does not hold; `row` is what is there.
 *
 * Asked last, when nothing else stands against the write (RFC 9110, 13.2.1).
 *
 * @throws BW_RESOURCE_PRECONDITION, BW_RESOURCE_PRECONDITION_REQUIRED
 */
export function checkPreconditions(
  { exchange, collection }: Pick<Call, "exchange" | "collection">,
  row: Row | undefined,
): void {
  const { headers } = exchange.request;
  const match = fieldOf(headers["if-match"]);
  if (match === undefined && row && collection.requireIfMatch)
    throw new BackworksError("BW_RESOURCE_PRECONDITION_REQUIRED", { resource: collection.name });
  if (match !== undefined && !(row && holds(match, row, "strong"))) throw failed("If-Match");
  const none = fieldOf(headers["if-none-match"]);
  if (none !== undefined && row && holds(none, row, "weak")) throw failed("If-None-Match");
}

/**
 * Whether a client already has the row it reads (304). @throws BW_RESOURCE_PRECONDITION when its If-Match does not hold
 */
export function isNotModified({ headers }: { readonly headers: Headers }, row: Row): boolean {
  const match = fieldOf(headers["if-match"]);
  if (match !== undefined && !holds(match, row, "strong")) throw failed("If-Match");
  const none = fieldOf(headers["if-none-match"]);
  return none !== undefined && holds(none, row, "weak");
}

function fieldOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "object" ? value.join(", ") : value;
}

/** RFC 9110, 8.8.3.2: compared strongly, a weak tag equals none. */
function holds(field: string, row: Row, comparison: "strong" | "weak"): boolean {
  if (field.trim() === "*") return true;
  const { etag } = representationOf(row);
  return tagsOf(field).some((tag) => (comparison === "weak" && tag.startsWith("W/") ? tag.slice(2) : tag) === etag);
}

function tagsOf(field: string): readonly string[] {
  return field.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

function failed(header: string): BackworksError {
  return new BackworksError("BW_RESOURCE_PRECONDITION", { header });
}
