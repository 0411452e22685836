import type { JsonValue } from "../exchange.ts";

/** Where a page ends, as a text for a link: the order it holds for, and the values of its last row. */
export function writeCursor(signature: string, values: readonly JsonValue[]): string {
  return Buffer.from(JSON.stringify([signature, ...values])).toString("base64url");
}

/** The values of a cursor; `undefined` when it is none of this order. */
export function readCursor(text: string, signature: string): readonly JsonValue[] | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (!Array.isArray(parsed)) return undefined;
    const [first, ...values] = parsed as unknown[];
    return first === signature && values.every(isPlain) ? values : undefined;
  } catch {
    return undefined;
  }
}

function isPlain(value: unknown): value is JsonValue {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
