import { hash } from "node:crypto";
import { canonical } from "../canonical.ts";

/** Hash of a value made of JSON; equal values have equal hashes, whatever the order of their keys. */
export function identityOf(value: unknown): string {
  return hash("sha256", canonical(value));
}
