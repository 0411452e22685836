import type { Row } from "../engine.ts";
import { toUtcText } from "../query/binds.ts";

/**
 * Sends a statement again that was refused for a time of ISO 8601, with that time as the server reads it: MariaDB knows no zones, MySQL no `Z`.
 * Only the refusal tells that a column of times was meant, and not a text that looks like one.
 *
 * @param send - sends the statement with values
 * @param values - with which it was refused
 * @throws what it was refused for, when that was something else
 */
export async function sendInUtc<T>(
  send: (values: readonly unknown[]) => Promise<T>,
  values: readonly unknown[],
  error: unknown,
): Promise<T> {
  for (const changed of withTimeInUtc(error, values)) {
    try {
      return await send(changed);
    } catch (further) {
      // The same value of another column was changed when nothing else is said.
      if (messageOf(further) !== messageOf(error)) return sendInUtc(send, changed, further);
    }
  }
  throw error;
}

/**
 * The values with each of those that may have been refused in UTC.
 *
 * Source: `ER_TRUNCATED_WRONG_VALUE` and `ER_WRONG_VALUE` of https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
 */
function withTimeInUtc(error: unknown, values: readonly unknown[]): readonly (readonly unknown[])[] {
  const [, time] = wrongTime.exec(messageOf(error)) ?? [];
  if (time === undefined || !zoned.test(time)) return [];
  const utc = toUtcText(time, 6);
  const places = utc === time ? [] : values.flatMap((value, index) => (value === time ? [index] : []));
  return places.map((index) => values.with(index, utc));
}

const wrongTime = /^(?:Truncated )?incorrect (?:datetime|timestamp) value: '([^']+)'/i;

/** Whether a value is a time of another zone than UTC. */
export function isElsewhere(value: unknown): value is string {
  return typeof value === "string" && zoned.test(value) && !/(?:Z|[+-]00:?00)$/.test(value);
}

/** A time of another zone as the server reads it, and anything else as it is. */
export function inUtc(value: unknown): unknown {
  return isElsewhere(value) ? toUtcText(value, 6) : value;
}

/** Where a statement only reads, MariaDB cuts the zone off a time that it compares, and says so in a warning. @throws what the warning says */
export function refuseCutTimes(warnings: readonly Row[], values: readonly unknown[]): void {
  for (const { Message: message } of warnings) {
    const [, time] = wrongTime.exec(String(message)) ?? [];
    // Of a time that a row has, nobody is told.
    if (time !== undefined && values.includes(time)) throw Object.assign(new Error(String(message)), { errno: 1292 });
  }
}

const zoned = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
