const months = "January February March April May June July August September October November December".split(" ");
const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const tokenPattern = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DDDD|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|X|x|Z/g;

/** Every token of `date_format`, longest spelling of each kind first. All times are UTC. */
const tokens: Readonly<Record<string, (date: Date) => string>> = {
  YYYY: (date) => String(date.getUTCFullYear()).padStart(4, "0"),
  YY: (date) => two(date.getUTCFullYear() % 100),
  MMMM: (date) => months[date.getUTCMonth()] ?? "",
  MMM: (date) => (months[date.getUTCMonth()] ?? "").slice(0, 3),
  MM: (date) => two(date.getUTCMonth() + 1),
  M: (date) => String(date.getUTCMonth() + 1),
  DDDD: (date) => String(dayOfYear(date)).padStart(3, "0"),
  DD: (date) => two(date.getUTCDate()),
  D: (date) => String(date.getUTCDate()),
  dddd: (date) => weekdays[date.getUTCDay()] ?? "",
  ddd: (date) => (weekdays[date.getUTCDay()] ?? "").slice(0, 3),
  HH: (date) => two(date.getUTCHours()),
  H: (date) => String(date.getUTCHours()),
  hh: (date) => two(date.getUTCHours() % 12 || 12),
  h: (date) => String(date.getUTCHours() % 12 || 12),
  mm: (date) => two(date.getUTCMinutes()),
  m: (date) => String(date.getUTCMinutes()),
  ss: (date) => two(date.getUTCSeconds()),
  s: (date) => String(date.getUTCSeconds()),
  SSS: (date) => String(date.getUTCMilliseconds()).padStart(3, "0"),
  A: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  a: (date) => (date.getUTCHours() < 12 ? "am" : "pm"),
  X: (date) => String(Math.floor(date.getTime() / 1000)),
  x: (date) => String(date.getTime()),
  Z: () => "Z",
};

/** `strftime` letters, written as tokens. Source: ISO C, 7.27.3.5. */
const letters: Readonly<Record<string, string>> = {
  Y: "YYYY",
  y: "YY",
  m: "MM",
  d: "DD",
  e: "D",
  j: "DDDD",
  B: "MMMM",
  b: "MMM",
  A: "dddd",
  a: "ddd",
  H: "HH",
  I: "hh",
  M: "mm",
  S: "ss",
  f: "SSS",
  p: "A",
  s: "X",
  Z: "[UTC]",
  z: "[+0000]",
  F: "YYYY-MM-DD",
  T: "HH:mm:ss",
  R: "HH:mm",
  D: "MM/DD/YY",
  "%": "[%]",
};

/** Whole formats by name. */
const named: Readonly<Record<string, (date: Date) => string>> = {
  iso: (date) => date.toISOString(),
  date: (date) => date.toISOString().slice(0, 10),
  time: (date) => date.toISOString().slice(11, 19),
  http: (date) => date.toUTCString(),
  unix: (date) => String(Math.floor(date.getTime() / 1000)),
};

/** Writes a date by tokens (`YYYY-MM-DD`), by `strftime` letters (`%Y-%m-%d`) or by the name of a format. */
export function formatDate(date: Date, format: string): string {
  const whole = Object.hasOwn(named, format) ? named[format] : undefined;
  if (whole !== undefined) return whole(date);
  return format.includes("%") ? formatLetters(date, format) : formatTokens(date, format);
}

function formatTokens(date: Date, format: string): string {
  return format.replace(
    tokenPattern,
    (token, literal: string | undefined) => literal ?? tokens[token]?.(date) ?? token,
  );
}

function formatLetters(date: Date, format: string): string {
  return format.replace(/%([A-Za-z%])/g, (whole, letter: string) => {
    const format = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
    return format === undefined ? whole : formatTokens(date, format);
  });
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}
