import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BackworksError } from "@backworks/core";
import { replaceFile } from "../replace-file.ts";

/** A file as it is to be. */
export interface FileChange {
  /** Below the root. */
  readonly file: string;
  readonly text: string;
  /** What it holds at present; `undefined` for one that must not be there yet. */
  readonly before: string | undefined;
}

/** Writes files, each in one step, and gives what takes all of them back. Either all are written or none. @throws BW_CLI_FILE_EXISTS */
export function writeChanges(root: string, changes: readonly FileChange[]): () => void {
  for (const { file, before } of changes) {
    if (readIfThere(join(root, file)) === before) continue;
    if (before === undefined) throw new BackworksError("BW_CLI_FILE_EXISTS", { file });
    throw new BackworksError("BW_CLI_EDIT_UNSAFE", { file, problem: "somebody changed it meanwhile" });
  }
  const done: FileChange[] = [];
  const takeBack = (): void => {
    for (const { file, before } of done.splice(0).reverse()) {
      if (before === undefined) rmSync(join(root, file), { force: true });
      else replaceFile(join(root, file), before);
    }
  };
  try {
    for (const change of changes) {
      replaceFile(join(root, change.file), change.text);
      done.push(change);
    }
    return takeBack;
  } catch (error) {
    takeBack();
    throw error;
  }
}

/** A file of the project; `undefined` when it is not there. */
export function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
