import type { Excerpt } from "./excerpt.ts";
import type { Entry, Node } from "./node.ts";

/** What a part of a text was read to, for as long as the same stands in the file. */
export interface ReadPart {
  /** As it stands there, without the line of the key above it. */
  readonly text: string;
  readonly excerpt: Excerpt;
  /** How many characters of the excerpt stand above the part. */
  readonly above: number;
  /** Of a mapping; none of a list. */
  readonly entries: readonly (readonly [string, Entry])[];
  /** Of a list; none of a mapping. */
  readonly items: readonly Node[];
  /** Of the highest value. */
  readonly height: number;
}

/** Parts by their first line. */
export type ReadParts = ReadonlyMap<string, ReadPart>;

/** The first line of a text behind an offset. */
export function firstLine(text: string, start: number = 0): string {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.slice(start) : text.slice(start, end);
}
