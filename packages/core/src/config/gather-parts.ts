import type { ReadPart, ReadParts } from "./read-parts.ts";
import { firstLine } from "./read-parts.ts";
import type { TextPart } from "./text-parts.ts";

/** A part that is to be read, or one that was. */
export type NextPart = TextPart & { readonly read?: ReadPart };

/**
 * Joins neighbouring entries to parts that are large enough to be worth it. Where a part begins that was read before and is the same to its
 * end, it is taken as it is; after an edit those are all but the one around it.
 */
export function* gatherParts(
  text: string,
  entries: readonly TextPart[],
  { partSize, known }: { readonly partSize: number; readonly known: ReadParts | undefined },
): Generator<NextPart> {
  let open: TextPart | undefined;
  for (const part of findKnown(text, entries, known)) {
    const closes = part.read !== undefined || (open !== undefined && part.end - open.start > partSize);
    if (open !== undefined && closes) {
      yield open;
      open = undefined;
    }
    if (part.read === undefined) open = { start: open?.start ?? part.start, end: part.end };
    else yield part;
  }
  if (open !== undefined) yield open;
}

/** The entries, those that were read before as one part. */
function* findKnown(text: string, entries: readonly TextPart[], known: ReadParts | undefined): Generator<NextPart> {
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entryAt(entries, index);
    const read = known?.get(firstLine(text, entry.start));
    const last = read === undefined ? -1 : lastEntry(text, entries, { read, index });
    if (read === undefined || last < 0) yield entry;
    else {
      yield { start: entry.start, end: entryAt(entries, last).end, read };
      index = last;
    }
  }
}

function entryAt(entries: readonly TextPart[], index: number): TextPart {
  // Nobody asks for one that is not there.
  return entries[index] as TextPart;
}

/** The entry that a part ends with which was read before; -1 when it is another one now. */
function lastEntry(
  text: string,
  entries: readonly TextPart[],
  { read, index }: { readonly read: ReadPart; readonly index: number },
): number {
  const { start } = entryAt(entries, index);
  if (!text.startsWith(read.text, start)) return -1;
  const end = start + read.text.length;
  let last = index;
  while (entryAt(entries, last).end < end) last += 1;
  return entryAt(entries, last).end === end ? last : -1;
}
