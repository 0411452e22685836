import type { EntryOutline, Outline } from "./outline.ts";

/** Offset of the key that follows `entry`, at its own level or further out; the end of the text when there is none. */
export function nextStart(text: string, root: Outline | undefined, entry: EntryOutline): number {
  const starts = root === undefined ? [] : keyStarts(root);
  const inside = new Set(keyStarts(entry.value));
  return Math.min(text.length, ...starts.filter((start) => start > entry.start && !inside.has(start)));
}

function keyStarts(node: Outline): readonly number[] {
  return node.kind === "mapping" ? node.entries.flatMap(({ start, value }) => [start, ...keyStarts(value)]) : [];
}

/** Blank lines and comments before the next key stay: they are about what follows. */
export function entryEnd(text: string, entry: EntryOutline, next: number): number {
  const indent = column(text, entry.start);
  const from = lineEnd(text, entry.start);
  const body = text.slice(from, next === text.length ? next : lineStart(text, next));
  const kept = body.split(/(?<=\n)/);
  while (kept.length > 0 && isOutside(kept.at(-1) ?? "", indent)) kept.pop();
  return from + kept.join("").length;
}

function isOutside(line: string, indent: number): boolean {
  const [, spaces = "", rest = ""] = /^( *)(.*)/.exec(line) ?? [];
  return rest.trim() === "" || (rest.startsWith("#") && spaces.length <= indent);
}

/** Offset of the brace that closes the one at `start`; quoted braces do not count. */
export function flowEnd(text: string, start: number): number {
  let depth = 0;
  for (const { 0: token, index } of text.slice(start).matchAll(/"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[{}]/gs)) {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    if (depth === 0) return start + index;
  }
  return text.length;
}

export function replaceSpan(text: string, [start, end]: readonly [start: number, end: number], by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

export function insertAt(text: string, offset: number, inserted: string): string {
  return replaceSpan(text, [offset, offset], inserted);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** After the line break. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at + 1;
}

export function column(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
