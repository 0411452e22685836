type Units = ReadonlyMap<string, number>;

const durationUnits: Units = new Map(Object.entries({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }));

const sizeUnits: Units = new Map(
  Object.entries({ b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 }),
);

/** What `parseDurationMs` takes, for messages: "… must be a duration such as 30, \"250ms\" or \"5m\"". */
export const durationExpectation = 'a duration such as 30 (seconds), "250ms" or "5m"';

/** What `parseSizeBytes` takes, for messages. */
export const sizeExpectation = 'a size such as 4096 (bytes), "64KB" or "1MB"';

/**
 * Milliseconds of a duration: a number is seconds, a text has a unit (`ms s m h d`, several may follow: `1h30m`).
 *
 * `undefined` for anything else, negative and infinite durations included.
 */
export function parseDurationMs(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value * 1000) && value >= 0 ? value * 1000 : undefined;
  return typeof value === "string" ? sumOfUnits(value, durationUnits, 1000) : undefined;
}

/**
 * Bytes of a size: a number is bytes, a text has a unit (`B KB MB GB`, steps of 1024, any case).
 *
 * `undefined` for anything else; a fraction of a byte is rounded down.
 */
export function parseSizeBytes(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined;
  const sum = typeof value === "string" ? sumOfUnits(value, sizeUnits, 1) : undefined;
  return sum === undefined ? undefined : Math.floor(sum);
}

const part = /^(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]*)\s*/;

function sumOfUnits(text: string, units: Units, bare: number): number | undefined {
  let rest = text.trim().toLowerCase();
  if (rest === "") return undefined;
  let sum = 0;
  for (let parts = 0; rest !== ""; parts += 1) {
    const found = part.exec(rest);
    if (found === null) return undefined;
    const [whole, amount, unit] = found;
    rest = rest.slice(whole.length);
    // A number without a unit stands alone: "30", never "1h30".
    const factor = unit === "" ? (parts === 0 && rest === "" ? bare : undefined) : units.get(unit ?? "");
    if (factor === undefined) return undefined;
    sum += Number(amount) * factor;
  }
  return sum;
}
