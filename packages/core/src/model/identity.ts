import { createHash } from "node:crypto";
import { canonical } from "../canonical.ts";

/** Hash of a value made of JSON; equal values have equal hashes, whatever the order of their keys. */
export function identityOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}
