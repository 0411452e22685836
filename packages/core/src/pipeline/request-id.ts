import { randomFillSync } from "node:crypto";

const idLength = 32;
const spanLength = 16;
const pool = Buffer.allocUnsafe(8192);

let digits = "";
let next = 0;

/**
 * A fresh id: 32 lower-case hexadecimal digits, fit for a W3C trace id.
 *
 * One piece of a longer text: a header made of two texts is checked and written much more slowly (bench: static).
 */
export function createRequestId(): string {
  const id = draw(idLength);
  return id === "00000000000000000000000000000000" ? createRequestId() : id;
}

/** 16 lower-case hexadecimal digits, never all zero. */
export function createSpanId(): string {
  const id = draw(spanLength);
  return id === "0000000000000000" ? createSpanId() : id;
}

/** Random bytes are drawn for hundreds of ids at once. */
function draw(length: number): string {
  if (next + length > digits.length) {
    digits = randomFillSync(pool).toString("hex");
    next = 0;
  }
  return digits.slice(next, (next += length));
}

const longest = 128;
const wellFormed = /^[\w.:/+=@~-]+$/;

/** The client's `x-request-id`, when it is short and plain enough to be repeated in headers and logs. */
export function acceptRequestId(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" && value.length <= longest && wellFormed.test(value) ? value : undefined;
}
