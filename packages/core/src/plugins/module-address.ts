import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importsOf, isRelative } from "../module-imports.ts";
import { handVersionsDown } from "./module-version.ts";

/** How a module is imported so that what is imported is what its files hold. */
export interface ModuleAddress {
  readonly url: string;
  /** Absolute paths of the module and of what it imports relatively, as far as they are there. */
  readonly files: readonly string[];
}

/** Gives the address of a module's present content; `also` are files that tell its version. */
export type ModuleAddresses = (file: string, also?: readonly string[]) => ModuleAddress;

/**
 * Gives each content of a module an address of its own, so that a reload imports what was saved, or installed, since.
 * The content is that of the file and of all that it imports relatively.
 */
export function createModuleAddresses(): ModuleAddresses {
  const first = new Map<string, string>();
  const last = new Map<string, string>();
  return (file, also = []) => {
    const files = modulesFrom([file, ...also]);
    const hash = hashOf(files);
    const url = pathToFileURL(file).href;
    const known = first.get(file) ?? hash;
    first.set(file, known);
    if ((last.get(file) ?? known) !== hash) {
      handVersionsDown();
      forget(files.keys());
    }
    last.set(file, hash);
    return { url: known === hash ? url : `${url}?v=${hash}`, files: [...files.keys()] };
  };
}

/** Texts of files and of what they import relatively, by absolute path. */
function modulesFrom(entries: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const text = texts.has(file) ? undefined : readText(file);
    if (text === undefined) continue;
    texts.set(file, text);
    for (const { specifier } of importsOf(text)) {
      const found = isRelative(specifier) ? fileOf(resolve(dirname(file), specifier)) : undefined;
      if (found !== undefined) open.push(found);
    }
  }
  return texts;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Whoever imports it is told by Node what is missing.
    return undefined;
  }
}

/** CommonJS leaves endings out. */
function fileOf(path: string): string | undefined {
  const choices = [path, `${path}.js`, `${path}.cjs`, `${path}.json`, join(path, "index.js")];
  return choices.find((choice) => statSync(choice, { throwIfNoEntry: false })?.isFile() === true);
}

function hashOf(files: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const [file, text] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    hash.update(`${file}\0${text}\0`);
  }
  return hash.digest("hex").slice(0, 12);
}

/** CommonJS is kept by file name, whatever the address says. */
function forget(files: Iterable<string>): void {
  const { cache } = createRequire(import.meta.url);
  for (const file of files) delete cache[file];
}
