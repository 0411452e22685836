import { randomFillSync } from "node:crypto";

const idLength = 32;
const poolBytes = 4096;
const pool = Buffer.allocUnsafe(poolBytes);

let digits = "";
let next = 0;

/** A fresh id: 32 lower-case hexadecimal digits, fit for a W3C trace id. Random bytes are drawn for 256 ids at once. */
export function createRequestId(): string {
  if (next === digits.length) {
    digits = randomFillSync(pool).toString("hex");
    next = 0;
  }
  return digits.slice(next, (next += idLength));
}

/** 16 lower-case hexadecimal digits, never all zero. */
export function createSpanId(): string {
  const id = createRequestId().slice(idLength / 2);
  return id === "0000000000000000" ? createSpanId() : id;
}

const longest = 128;
const wellFormed = /^[\w.:/+=@~-]+$/;

/** The client's `x-request-id`, when it is short and plain enough to be repeated in headers and logs. */
export function acceptRequestId(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" && value.length <= longest && wellFormed.test(value) ? value : undefined;
}
