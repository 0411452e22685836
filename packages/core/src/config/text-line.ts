/** Start of the line that holds a position. */
export function startOfLine(text: string, position: number): number {
  // A negative start would find a break at the beginning.
  if (position <= 0) return 0;
  return Math.max(text.lastIndexOf("\n", position - 1), text.lastIndexOf("\r", position - 1)) + 1;
}

/** The rest of a line, without its break. */
export function lineFrom(text: string, start: number): string {
  return /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
}

/** Start of the nearest line above that holds more than blanks and a comment. */
export function previousLine(text: string, lineStart: number): number | undefined {
  let start = lineStart;
  while (start > 0) {
    const breakLength = text.slice(start - 2, start) === "\r\n" ? 2 : 1;
    start = startOfLine(text, start - breakLength);
    if (/^\s*[^\s#]/.test(lineFrom(text, start))) return start;
  }
  return undefined;
}

/** Blanks that a line begins with. */
export function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}
