import { hash } from "node:crypto";
import type { Row } from "../tree.ts";

/** A row as it is sent. */
export interface Representation {
  /** JSON. */
  readonly text: string;
  /** Strong validator (RFC 9110, 8.8.3), made when first asked for: equal for equal bytes. */
  readonly etag: string;
}

const made = new WeakMap<Row, Representation>();

/** A row that stays, as it is sent; the same for the same row. Rows are never written to, so each is put into text once. */
export function representationOf(row: Row): Representation {
  const present = made.get(row);
  if (present !== undefined) return present;
  const representation = createRepresentation(row);
  made.set(row, representation);
  return representation;
}

/** A row that was made for one answer, as it is sent: nothing is kept of it. */
export function createRepresentation(row: Row): Representation {
  return new TextOfRow(JSON.stringify(row));
}

class TextOfRow implements Representation {
  readonly text: string;
  #etag: string | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }

  get etag(): string {
    // 128 bits: two rows of one collection never share one by chance.
    return (this.#etag ??= `"${hash("sha256", this.text, "base64url").slice(0, 22)}"`);
  }
}
