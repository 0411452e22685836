import { randomBytes, randomFillSync } from "node:crypto";

const spanLength = 16;
const pool = Buffer.allocUnsafe(4096);

/** What ids of one process have in common. */
const prefix = randomBytes(spanLength / 2).toString("hex");
let digits = "";
let next = 0;

/**
 * A fresh id: 32 lower-case hexadecimal digits, fit for a W3C trace id.
 *
 * Source: W3C Trace Context, 3.2.2.3 asks for at least the rightmost 7 bytes to be random; 8 of ours are.
 */
export function createRequestId(): string {
  return prefix + createSpanId();
}

/** 16 lower-case hexadecimal digits, never all zero. Random bytes are drawn for 512 of them at once. */
export function createSpanId(): string {
  if (next === digits.length) {
    digits = randomFillSync(pool).toString("hex");
    next = 0;
  }
  const id = digits.slice(next, (next += spanLength));
  return id === "0000000000000000" ? createSpanId() : id;
}

const longest = 128;
const wellFormed = /^[\w.:/+=@~-]+$/;

/** The client's `x-request-id`, when it is short and plain enough to be repeated in headers and logs. */
export function acceptRequestId(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" && value.length <= longest && wellFormed.test(value) ? value : undefined;
}
