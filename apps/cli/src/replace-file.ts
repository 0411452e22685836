import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file in one step: whoever watches it never sees half of it. Its folder is made, its rights stay as they are, and a link stays one. */
export function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const before = statSync(file, { throwIfNoEntry: false });
  const place = before === undefined ? file : realpathSync(file);
  const temporary = `${place}.${process.pid}~`;
  try {
    writeFileSync(temporary, text, before === undefined ? {} : { mode: before.mode });
    renameSync(temporary, place);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
