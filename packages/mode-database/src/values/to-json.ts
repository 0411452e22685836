import type { ValueType } from "@backworks/core/query";

/** Makes the JSON of a value that is not null, whatever its driver made of it. */
export type ToJson = (value: unknown) => unknown;

/** How values of a type are told; `undefined` where they are right as they are. */
export function toJsonOf(type: ValueType["name"]): ToJson | undefined {
  return conversions[type];
}

const conversions: Readonly<Partial<Record<ValueType["name"], ToJson>>> = {
  integer: toInteger,
  decimal: toDecimal,
  number: toFloat,
  boolean: toBoolean,
  timestamp: toTimestamp,
  date: toDate,
  time: toTime,
  json: toStructure,
  bytes: toBase64,
  list: toStructure,
};

/** A number where it holds the value exactly, otherwise its digits. */
export function toInteger(value: unknown): unknown {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Decimals are texts, so that none of their digits gets lost. */
export function toDecimal(value: unknown): unknown {
  return String(value);
}

/** What no JSON can hold (infinity, no number) is null. */
export function toFloat(value: unknown): unknown {
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** The shortest number that is the same single: one that is read as a double shows digits that nobody wrote. */
export function toSingle(value: unknown): unknown {
  const number = Number(value);
  if (!Number.isFinite(number)) return null;
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(number.toPrecision(digits));
    if (Math.fround(short) === number) return short;
  }
  return number;
}

export function toBoolean(value: unknown): unknown {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === 0) return value === 1;
  if (value instanceof Uint8Array) return value.some((byte) => byte !== 0);
  return /^(?:t|true|1)$/i.test(String(value));
}

const usual = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d$/;
const written = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?\s*(Z|[+-]\d\d(?::?\d\d)?(?::\d\d)?)?$/;

/** ISO 8601 in UTC: seconds always, a fraction as far as there is one. A time without a zone is one of UTC. */
export function toTimestamp(value: unknown): unknown {
  if (value instanceof Date) return fromDate(value);
  if (typeof value === "number" || typeof value === "bigint") return fromDate(new Date(Number(value)));
  const text = String(value);
  // What most databases write needs no taking apart.
  if (usual.test(text)) return `${text.slice(0, 10)}T${text.slice(11)}Z`;
  const parts = written.exec(text);
  if (parts !== null) return fromParts(parts) ?? text;
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
}

function fromParts([, day = "", time = "", fraction = "", zone = "Z"]: readonly string[]): string | undefined {
  const full = time.length === 5 ? `${time}:00` : time;
  const kept = fraction.replace(/0+$/, "");
  const end = kept === "" ? "Z" : `.${kept}Z`;
  if (/^(?:Z|[+-]00(?::?00)?)$/.test(zone)) return `${day}T${full}${end}`;
  const at = Date.parse(`${day}T${full}${toOffset(zone)}`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 19) + end;
}

function toOffset(zone: string): string {
  const [, hours = "", minutes = "00"] = /^([+-]\d\d):?(\d\d)?/.exec(zone) ?? [];
  return `${hours}:${minutes}`;
}

function fromDate(date: Date): unknown {
  return Number.isNaN(date.getTime())
    ? null
    : date.toISOString().replace(/\.(\d*?)0*Z$/, (_whole, digits: string) => (digits === "" ? "Z" : `.${digits}Z`));
}

export function toDate(value: unknown): unknown {
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value).slice(0, 10);
}

/** A time of day, with a fraction as far as there is one. */
export function toTime(value: unknown): unknown {
  return String(value)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

/** Text that holds JSON; what holds none stays the text it is. */
export function toStructure(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // Only a database without a type for JSON lets something else in.
    return value;
  }
}

export function toBase64(value: unknown): unknown {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
    : value;
}
