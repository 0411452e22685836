import type { Place, Source } from "../errors.ts";
import { Excerpt } from "./excerpt.ts";

const knownLineStarts = new WeakMap<Source, readonly number[]>();

/** The place of the text between two offsets; cut at the end of its first line. */
export function placeAt(source: Source, start: number, end: number = start + 1): Place {
  if (source instanceof Excerpt) return placeAt(source.whole, start + source.offset, end + source.offset);
  const starts = lineStarts(source);
  const from = Math.max(0, Math.min(start, source.text.length));
  const line = lineOf(starts, from);
  const lineStart = starts[line - 1] ?? 0;
  const room = lineStart + textOfLine(source, line).length - from;
  return { source, line, column: from - lineStart + 1, length: Math.max(1, Math.min(end - from, room)) };
}

/** The text of a line, counted from 1, without its line break. */
export function textOfLine(source: Source, line: number): string {
  const starts = lineStarts(source);
  const start = starts[line - 1];
  if (start === undefined) return "";
  return source.text.slice(start, starts[line] ?? source.text.length).replace(/[\r\n]+$/, "");
}

/** How many lines a source has; a last line break does not begin another. */
export function countLines(source: Source): number {
  const starts = lineStarts(source);
  const last = starts[starts.length - 1] ?? 0;
  return last === source.text.length && starts.length > 1 ? starts.length - 1 : starts.length;
}

/** Offset of the first character of each line. `\n`, `\r\n` and `\r` end a line, as in YAML 1.2, 5.4. */
function lineStarts(source: Source): readonly number[] {
  const known = knownLineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (const found of source.text.matchAll(/\r\n|\n|\r/g)) starts.push(found.index + found[0].length);
  knownLineStarts.set(source, starts);
  return starts;
}

/** The line an offset lies in, from 1, by bisection. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
