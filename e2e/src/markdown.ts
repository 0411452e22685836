/** A fenced block of a Markdown document. */
export interface Fence {
  /** The first word after the fence: `yaml`, `console`. */
  readonly language: string;
  /** The other words: `fragment`, `endpoints.users`, `file=handlers/x.js`. */
  readonly words: readonly string[];
  readonly text: string;
  /** From 1, of the opening fence. */
  readonly line: number;
}

/** The fenced blocks of a document, in order. */
export function readFences(document: string): readonly Fence[] {
  const fences: Fence[] = [];
  const lines = document.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent, ticks, info] = /^(\s*)(```+|~~~+)\s*(.*)$/.exec(lines[at] ?? "") ?? [];
    if (indent === undefined || ticks === undefined || info === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === ticks);
    if (end < 0) throw new Error(`line ${at + 1}: the fence is not closed`);
    const [language = "", ...words] = info.trim().split(/\s+/);
    const content = lines
      .slice(at + 1, end)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    fences.push({ language, words, text: `${content.join("\n")}\n`, line: at + 1 });
    at = end;
  }
  return fences;
}

/** The file a fence is meant to be, from its word `file=`. */
export function fileOf(fence: Fence): string | undefined {
  return fence.words.find((word) => word.startsWith("file="))?.slice("file=".length);
}
