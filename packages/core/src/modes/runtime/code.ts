import { createHash } from "node:crypto";
import { dirname, extname, relative, resolve } from "node:path";
import type { Place } from "../../errors.ts";
import type { EndpointSource, ProjectFiles } from "../../mode.ts";
import { importsOf, isRelative } from "../../module-imports.ts";
import type { HandlerCode } from "./wire.ts";

/** Whether `handler:` names a file: one word that has an ending or begins with `./`. Everything else is source. */
export function namesFile(handler: string): boolean {
  return /^[^\s(){};=]+$/.test(handler) && (/^\.{0,2}\//.test(handler) || extname(handler) !== "");
}

/** A handler's code, with everything that a change of it depends on read through the project's files. */
export function readCode(handler: string, endpoint: EndpointSource, place: Place): HandlerCode {
  const { files } = endpoint;
  if (!namesFile(handler)) return inlineCode(handler, files, place);
  const file = files.resolve(handler, place);
  const seen = new Map<string, string>();
  collect(file, { files, seen, place });
  const version = createHash("sha256");
  for (const [path, text] of [...seen].sort(([one], [other]) => (one < other ? -1 : 1)))
    version.update(`${path}\0${text}\0`);
  return { kind: "file", file, version: version.digest("hex").slice(0, 16) };
}

function inlineCode(text: string, files: ProjectFiles, place: Place): HandlerCode {
  const mark = place.source.text.split("\n", place.line).at(-1)?.[place.column - 1];
  // The text of a block scalar begins on the line below its mark.
  const lineOffset = mark === "|" || mark === ">" ? place.line : place.line - 1;
  const seen = new Map<string, string>();
  for (const path of importedFiles(text, files.root)) if (isThere(path, files)) collect(path, { files, seen, place });
  return { kind: "source", text, name: resolve(files.root, place.source.file), lineOffset, folder: files.root };
}

interface Collecting {
  readonly files: ProjectFiles;
  /** Texts by absolute path. */
  readonly seen: Map<string, string>;
  readonly place: Place;
}

/** A file and what it imports relatively. @throws BW_FILE_MISSING, BW_FILE_OUTSIDE for the first */
function collect(file: string, { files, seen, place }: Collecting): void {
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    const text = files.readText(relative(files.root, next), place);
    seen.set(next, text);
    open.push(...importedBy(next, text).filter((path) => isThere(path, files)));
  }
}

function importedBy(file: string, text: string): readonly string[] {
  return extname(file) === ".py" ? importedModules(text, dirname(file)) : importedFiles(text, dirname(file));
}

/** As Node finds them: also without ending, in CommonJS. */
function importedFiles(text: string, folder: string): readonly string[] {
  return importsOf(text).flatMap(({ specifier }) => {
    if (!isRelative(specifier)) return [];
    const path = resolve(folder, specifier);
    return extname(path) === ""
      ? [path, `${path}.js`, `${path}.cjs`, `${path}.json`, resolve(path, "index.js")]
      : [path];
  });
}

/** As Python finds them, in the folder of the file that imports. */
function importedModules(text: string, folder: string): readonly string[] {
  const lines = text.matchAll(/^[ \t]*(?:from[ \t]+\.?([\w.]+)[ \t]+import|import[ \t]+([\w., \t]+))/gm);
  const names = [...lines].flatMap(([, from, list]) => (from === undefined ? (list ?? "").split(",") : [from]));
  return names.flatMap((name) => {
    const path = resolve(folder, (name.trim().split(/\s/)[0] ?? "").replaceAll(".", "/"));
    return [`${path}.py`, resolve(path, "__init__.py")];
  });
}

function isThere(path: string, files: ProjectFiles): boolean {
  try {
    files.readBytes(relative(files.root, path));
    return true;
  } catch {
    // A library, a folder, something outside of the project: not the project's to watch.
    return false;
  }
}
