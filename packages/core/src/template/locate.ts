import type { Place } from "../errors.ts";

/** A stretch of a scalar's value. */
export interface Stretch {
  /** The whole value, as the reader of the file gave it. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Where the expression around the stretch begins, at `${` or `{{`. */
  readonly opening: number;
}

/**
 * The place of a stretch of a scalar that stands at `place`.
 *
 * The value has lost quotes, escapes and indentation, so the line of the expression is looked up in the
 * source behind the place: the n-th time it is there, when it is the n-th in the value. What cannot be
 * found gets the place of the scalar.
 */
export function locate(place: Place, stretch: Stretch): Place {
  const { text } = place.source;
  const { value, start, end, opening } = stretch;
  const from = offsetOf(text, place.line, place.column);
  const lineStart = value.lastIndexOf("\n", start - 1) + 1;
  const begin = Math.max(opening, lineStart);
  const line = firstLine(value.slice(begin)).trimEnd();
  const wanted = line.slice(0, Math.max(end, start + 1) - begin) || line;
  const scalar = text.slice(0, endOfScalar(text, from));
  const times = countBefore(value, wanted, begin);
  const found = findTimes(scalar, { wanted, from, times }) ?? findBare(scalar, wanted, from);
  if (found === undefined) return place;
  return placeOf(place, found + (start - begin), firstLine(value.slice(start, end)).length);
}

/** Where an expression begins that was given its `${` on the way here: `expr: query.x > 5`. */
function findBare(text: string, wanted: string, from: number): number | undefined {
  if (!wanted.startsWith("${")) return undefined;
  const found = findTimes(text, { wanted: wanted.slice(2), from, times: 0 });
  return found === undefined ? undefined : found - 2;
}

/** The place of a key, looked up backwards from the place of its value; that of the value when it is not found. */
export function locateKey(place: Place, key: string): Place {
  const { text } = place.source;
  const found = text.lastIndexOf(key, offsetOf(text, place.line, place.column) - 1);
  return found === -1 ? place : placeOf(place, found, key.length);
}

function placeOf(place: Place, offset: number, length: number): Place {
  const { text } = place.source;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(0, lineStart).split("\n").length;
  const room = firstLine(text.slice(offset)).length;
  return { source: place.source, line, column: offset - lineStart + 1, length: Math.max(1, Math.min(length, room)) };
}

function offsetOf(text: string, line: number, column: number): number {
  let lineStart = 0;
  for (let current = 1; current < line; current += 1) {
    const next = text.indexOf("\n", lineStart);
    if (next === -1) break;
    lineStart = next + 1;
  }
  return lineStart + column - 1;
}

function firstLine(text: string): string {
  const end = text.search(/\r?\n/);
  return end === -1 ? text : text.slice(0, end);
}

function countBefore(value: string, wanted: string, before: number): number {
  let count = 0;
  for (let at = value.indexOf(wanted); at !== -1 && at < before; at = value.indexOf(wanted, at + 1)) count += 1;
  return count;
}

interface Search {
  readonly wanted: string;
  readonly from: number;
  /** How many of them to pass over. */
  readonly times: number;
}

function findTimes(text: string, { wanted, from, times }: Search): number | undefined {
  let at = text.indexOf(wanted, from);
  for (let passed = 0; passed < times && at !== -1; passed += 1) at = text.indexOf(wanted, at + 1);
  return at === -1 ? undefined : at;
}

/** Offset at which a scalar has ended at the latest: the next line that is indented no deeper than the one it began in. */
function endOfScalar(text: string, from: number): number {
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const before = text.slice(lineStart, from);
  const indent = indentOf(text.slice(lineStart));
  const beginsLine = before.trim() === "";
  for (let at = text.indexOf("\n", from); at !== -1; at = text.indexOf("\n", at + 1)) {
    const rest = firstLine(text.slice(at + 1, at + 401));
    if (rest.trim() === "") continue;
    if (indentOf(rest) < (beginsLine ? indent : indent + 1)) return at;
  }
  return text.length;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
