import { realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BackworksError } from "@backworks/core";
import type { RawConfig } from "@backworks/core";
import type { Edit } from "./edit.ts";

/**
 * Changes the configuration's main file and gives its name; `undefined` when there is nothing to change.
 *
 * @throws BW_CLI_EDIT_UNSAFE, and the configuration's own mistakes in syntax
 */
export function saveEdit(raw: RawConfig, change: (text: string) => Edit, byHand: string): string | undefined {
  const main = raw.sources.find(({ file }) => file === raw.file);
  const syntax = raw.errors.find(({ code }) => code === "BW_CONFIG_SYNTAX");
  if (syntax !== undefined) throw syntax;
  const edit: Edit = main === undefined ? { kind: "unsafe", problem: "it is not a file" } : change(main.text);
  if (edit.kind === "unchanged") return undefined;
  if (edit.kind === "unsafe") {
    throw new BackworksError("BW_CLI_EDIT_UNSAFE", { file: raw.file, problem: edit.problem }, { hint: byHand });
  }
  replace(join(raw.root, raw.file), edit.text);
  return raw.file;
}

/** In one step: whoever watches the file never sees half of it. A link stays one. */
function replace(path: string, text: string): void {
  const file = realpathSync(path);
  const temporary = `${file}.${process.pid}~`;
  writeFileSync(temporary, text, { mode: statSync(file).mode });
  renameSync(temporary, file);
}
