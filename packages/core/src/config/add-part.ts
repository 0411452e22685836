import type { OpenCollection } from "./collection.ts";
import { addAll } from "./compose.ts";
import type { Composer } from "./composer.ts";
import { tokenOf } from "./event-token.ts";
import type { ReadPart } from "./read-parts.ts";

/** What reading a part has added to a collection. */
export type Addition = Pick<ReadPart, "entries" | "items" | "height">;

/** Reads the events at hand into a collection. @returns what they were, when that is the same wherever it stands: nothing is wrong with it, and it has no aliases */
export function addNew(composer: Composer, open: OpenCollection): Addition | undefined {
  const [before, size, heightBefore] = [marksOf(composer, open), sizeOf(open), open.height];
  open.height = 0;
  addAll(composer, open);
  const { height } = open;
  open.height = Math.max(heightBefore, height);
  const after = marksOf(composer, open);
  if (before.some((mark, index) => mark !== after[index])) return undefined;
  if (open.kind === "sequence") return { entries: [], items: open.items.slice(size), height };
  return { entries: [...open.entries].slice(size), items: [], height };
}

/** What is more than before when a part has to do with other parts, or is wrong. */
function marksOf({ errors, anchors, expanded }: Composer, open: OpenCollection): readonly number[] {
  return [errors.length, anchors.size, expanded, open.kind === "mapping" ? open.merges.length : 0];
}

function sizeOf(open: OpenCollection): number {
  return open.kind === "sequence" ? open.items.length : open.entries.size;
}

/** Whether a collection has room for a part: no entry of it is there, and it is of the same kind. */
export function hasRoomFor(open: OpenCollection, { entries, items }: ReadPart): boolean {
  return open.kind === "sequence"
    ? entries.length === 0
    : items.length === 0 && entries.every(([key]) => !open.entries.has(key));
}

/** Adds what was read before. */
export function addAgain(open: OpenCollection, { entries, items, height }: ReadPart): void {
  open.height = Math.max(open.height, height);
  if (open.kind === "sequence") {
    const last = items.at(-1);
    open.items.push(...items);
    if (last !== undefined) open.last = tokenOf(last);
  } else for (const [key, entry] of entries) open.entries.set(key, entry);
}
