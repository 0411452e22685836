import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** A place in a file, from a stack. */
export interface StackPlace {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** `at f (file:///p/x.js:3:5)`, `/p/x.js:3` above a syntax error, `File "/p/x.py", line 3` of Python. */
const frames = /(?:file:\/\/)?(\/[^\s():"?]+)(?:\?[^\s():]*)?:(\d+)(?::(\d+))?|File "([^"]+)", line (\d+)/g;

/** The place below a folder that a stack tells of: the innermost call that is none of a library. */
export function placeInStack(stack: string | undefined, folder: string): StackPlace | undefined {
  if (stack === undefined) return undefined;
  const found = [...stack.matchAll(frames)].flatMap((match) => {
    const [whole, path, line, column, module, moduleLine] = match;
    const file = module ?? (whole.startsWith("file:") ? fileURLToPath(`file://${path}`) : (path ?? ""));
    if (!isOwn(file, folder)) return [];
    return [
      {
        file,
        line: Number(line ?? moduleLine),
        column: Number(column ?? columnBelow(stack, match.index + whole.length)),
        python: module !== undefined,
      },
    ];
  });
  // Python tells the innermost call last.
  const place = found[0]?.python === true ? found.at(-1) : found[0];
  return place && { file: place.file, line: place.line, column: place.column };
}

/** Of a syntax error: the line follows, and below it a mark. */
function columnBelow(stack: string, at: number): number {
  return (/^\n.*\n( *)\^/.exec(stack.slice(at))?.[1]?.length ?? 0) + 1;
}

export function writePlace({ file, line, column }: StackPlace, folder: string): string {
  return `${relative(folder, file)}:${line}:${column}`;
}

function isOwn(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== "" && !way.startsWith("..") && !way.split("/").includes("node_modules");
}
