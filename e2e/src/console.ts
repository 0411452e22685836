/** A command of a `console` block and the lines that are shown below it. */
export interface ConsoleStep {
  readonly command: string;
  readonly expected: readonly string[];
}

/** Reads a block: each line `$ command`, then its output; a command ending in a backslash goes on. */
export function parseConsole(text: string): readonly ConsoleStep[] {
  const steps: { command: string; expected: string[] }[] = [];
  let open = false;
  for (const line of text.trimEnd().split("\n")) {
    const last = steps.at(-1);
    if (line.startsWith("$ ")) steps.push({ command: line.slice(2), expected: [] });
    else if (last === undefined) throw new Error(`"${line}" stands before the first command`);
    else if (open) last.command += `\n${line.replace(/^> /, "")}`;
    else last.expected.push(line);
    open = (line.startsWith("$ ") || open) && line.endsWith("\\");
  }
  return steps.map(({ command, expected }) => ({
    command: command.replace(/\s*#\s.*$/, ""),
    expected: trimEmpty(expected),
  }));
}

function trimEmpty(lines: readonly string[]): readonly string[] {
  const end = lines.findLastIndex((line) => line.trim() !== "");
  return lines.slice(0, end + 1);
}

/**
 * Whether an output is as shown: `…` in a line stands for any text, a line that is only `…` for any lines.
 * Nothing shown means nothing compared.
 */
export function matchesOutput(expected: readonly string[], actual: string): boolean {
  if (expected.length === 0) return true;
  const lines = expected.map((line) =>
    line.trim() === "…" ? "(?:[^\\n]*\\n)*?" : `${toPattern(line.trimEnd())}[ \\t\\r]*\\n`,
  );
  return new RegExp(`^\\s*${lines.join("")}\\s*$`).test(`${actual.trimEnd()}\n`);
}

function toPattern(line: string): string {
  return line
    .split("…")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[^\\n]*");
}
