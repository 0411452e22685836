import { existsSync, realpathSync, statSync } from "node:fs";
import { extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { BackworksError } from "../errors.ts";
import type { Place } from "../errors.ts";
import { readManifest } from "./manifest.ts";

/**
 * The file a `module_path` names, symbolic links resolved; a folder stands for its package.
 *
 * It lies below the project unless the path is absolute: then somebody meant it.
 *
 * @throws BW_FILE_MISSING, BW_FILE_OUTSIDE
 */
export function locateModule(path: string, root: string, where: Place | undefined): string {
  const named = resolve(root, path);
  if (!existsSync(named)) {
    throw new BackworksError("BW_FILE_MISSING", { file: path }, { where, hint: `looked for ${named}` });
  }
  const real = realpathSync(named);
  if (!isAbsolute(path) && !isBelow(real, realpathSync(root))) {
    const hint = `write the absolute path if it is meant: ${real}`;
    throw new BackworksError("BW_FILE_OUTSIDE", { file: path }, { where, hint });
  }
  const entry = statSync(real).isDirectory() ? (readManifest(real)?.entry ?? join(real, "index.js")) : real;
  if (statSync(entry, { throwIfNoEntry: false })?.isFile() === true) return entry;
  throw new BackworksError("BW_FILE_MISSING", { file: path }, { where, hint: `${entry} is not a file` });
}

/** Whether this Node can import a file of this kind; `undefined` when it can, else what to do. */
export function importProblem(file: string): string | undefined {
  const ending = extname(file);
  if ([".js", ".mjs", ".cjs"].includes(ending)) return undefined;
  if (![".ts", ".mts"].includes(ending)) return "a module ends in .js, .mjs, .cjs, .ts or .mts";
  // Older Node has no such feature flag, which its types do not know.
  const { typescript } = process.features as { typescript?: string | false };
  if (typescript !== undefined && typescript !== false) return undefined;
  return `Node ${process.versions.node} does not load TypeScript: build it to JavaScript, or use Node 22.18 or later`;
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
