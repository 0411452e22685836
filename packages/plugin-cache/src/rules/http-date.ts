const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const fixed = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/i;
const old = /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d{2})-(\w{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/i;
const ansi = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\w{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/**
 * Milliseconds since the Unix epoch of a date in any of the three forms of HTTP; `undefined` for anything else.
 *
 * Source: RFC 9110, 5.6.7.
 */
export function parseHttpDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, day, month, year, ...time] = fixed.exec(text) ?? [];
  if (year !== undefined) return toMs([year, month, day, ...time]);
  const [, oldDay, oldMonth, oldYear, ...oldTime] = old.exec(text) ?? [];
  if (oldYear !== undefined) return toMs([fullYear(Number(oldYear)), oldMonth, oldDay, ...oldTime]);
  const [, ansiMonth, ansiDay, hours, minutes, seconds, ansiYear] = ansi.exec(text) ?? [];
  return ansiYear === undefined ? undefined : toMs([ansiYear, ansiMonth, ansiDay, hours, minutes, seconds]);
}

function toMs([year, month = "", ...rest]: readonly (string | undefined)[]): number | undefined {
  const index = months.findIndex((name) => name.toLowerCase() === month.toLowerCase());
  // The patterns give four numbers.
  const [day, hours, minutes, seconds] = rest.map(Number) as [number, number, number, number];
  const fits = [index >= 0, day >= 1, day <= 31, hours <= 23, minutes <= 59, seconds <= 60];
  if (fits.includes(false)) return undefined;
  return Date.UTC(Number(year), index, day, hours, minutes, seconds);
}

/** Two digits that would be more than 50 years ahead are of the century before. */
function fullYear(short: number): string {
  const now = new Date().getUTCFullYear();
  const year = now - (now % 100) + short;
  return String(year > now + 50 ? year - 100 : year);
}
