import { createHash } from "node:crypto";
import type { Row } from "../tree.ts";

/** A row as it is sent. Rows are never written to, so each is put into text once. */
export interface Representation {
  /** JSON. */
  readonly text: string;
  /** Strong validator (RFC 9110, 8.8.3), made when first asked for: equal for equal bytes. */
  readonly etag: string;
}

const made = new WeakMap<Row, Representation>();

/** A row as it is sent; the same for the same row. */
export function representationOf(row: Row): Representation {
  const present = made.get(row);
  if (present !== undefined) return present;
  const representation = createRepresentation(JSON.stringify(row));
  made.set(row, representation);
  return representation;
}

function createRepresentation(text: string): Representation {
  let etag: string | undefined;
  return {
    text,
    get etag() {
      // 128 bits: two rows of one collection never share one by chance.
      etag ??= `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
      return etag;
    },
  };
}
