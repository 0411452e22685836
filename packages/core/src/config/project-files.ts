import { readdirSync, realpathSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { BackworksError } from "../errors.ts";
import type { Place, Source } from "../errors.ts";
import type { JsonValue } from "../exchange.ts";
import type { ProjectFiles } from "../mode.ts";
import { fileProblem, readRegular } from "../regular-file.ts";
import { suggest } from "../suggest.ts";
import { typeColumns } from "./csv-columns.ts";
import { parseCsv } from "./csv.ts";
import type { FileSnapshot } from "./file-snapshot.ts";
import { findJsonMistake } from "../json-mistake.ts";
import { toValue } from "./node.ts";
import { createSource, parseYaml } from "./parse.ts";
import type { ParseLimits } from "./parse.ts";
import { placeAt } from "./place.ts";

/** Data may be larger than a configuration. */
const dataLimits: ParseLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 100, maxExpanded: 100_000 };

/** The files below a project's root, with the absolute paths of those that were read; as they are in `snapshot`, where it has them. */
export function createProjectFiles(
  root: string,
  snapshot?: FileSnapshot,
): ProjectFiles & {
  readonly read: ReadonlySet<string>;
  /** Files are as they are on the disk from now on, and `read` stays as it is: what requests have read is nobody's to watch. */
  settle(): void;
} {
  const read = new Set<string>();
  let settled = false;
  const realRoot = realPath(root);
  const files = {
    root,
    read,
    settle(): void {
      settled = true;
    },
    resolve(path: string, place?: Place): string {
      const absolute = resolve(root, path);
      if (!lies(root, absolute) || !lies(realRoot, realPath(absolute))) {
        const hint = "files are found below the folder of the configuration";
        throw new BackworksError("BW_FILE_OUTSIDE", { file: path }, { where: place, hint });
      }
      return absolute;
    },
    readBytes(path: string, place?: Place): Uint8Array {
      const absolute = files.resolve(path, place);
      if (!settled) read.add(absolute);
      const load = (): Buffer => readOrThrow(absolute, { path, place });
      return snapshot === undefined || settled ? load() : snapshot.read(absolute, load);
    },
    readText(path: string, place?: Place): string {
      return decode(files.readBytes(path, place));
    },
    readData(path: string, place?: Place): JsonValue {
      const source = createSource(relative(root, files.resolve(path, place)), files.readText(path, place));
      return parseData(source, place);
    },
  };
  return files;
}

function readOrThrow(absolute: string, named: { path: string; place: Place | undefined }): Buffer {
  try {
    return readRegular(absolute, dataLimits.maxBytes);
  } catch (cause) {
    const { path, place } = named;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new BackworksError(
        "BW_FILE_MISSING",
        { file: path },
        { where: place, hint: nearHint(absolute, path), cause },
      );
    }
    throw new BackworksError("BW_FILE_SYNTAX", { file: path, problem: fileProblem(cause) }, { where: place, cause });
  }
}

/** Names the file beside a missing one whose name is nearly the same. */
function nearHint(absolute: string, path: string): string | undefined {
  if (path.includes("*")) return "name each file: patterns are not looked for";
  try {
    const names = readdirSync(dirname(absolute));
    if (names.includes(basename(absolute))) return "it is a link to a file that is not there";
    const near = suggest(basename(absolute), names);
    return near === undefined ? undefined : `did you mean ${path.slice(0, -basename(path).length)}${near}?`;
  } catch {
    // Its folder is missing too.
    return undefined;
  }
}

function decode(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function parseData(source: Source, place: Place | undefined): JsonValue {
  const ending = extname(source.file).toLowerCase();
  if (ending === ".json") return parseJson(source);
  if (ending === ".yaml" || ending === ".yml") return parseYamlData(source);
  if (ending === ".csv") {
    const parsed = parseCsv(source.text);
    if ("rows" in parsed) return typeColumns(parsed.rows);
    throw syntaxError(source, parsed);
  }
  const problem = `data ends in .json, .yaml, .yml or .csv, not in ${ending === "" ? "nothing" : ending}`;
  throw new BackworksError("BW_FILE_SYNTAX", { file: source.file, problem }, { where: place });
}

function parseJson(source: Source): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(source.text) as JsonValue;
  } catch (cause) {
    throw syntaxError(source, findJsonMistake(source.text), cause);
  }
  if (/__proto__|\\u005f/i.test(source.text)) refusePrototypeKeys(value, source);
  return value;
}

/** Without recursion: a parser of JSON reads any depth. */
function refusePrototypeKeys(value: JsonValue, source: Source): void {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    if (Object.hasOwn(next, "__proto__")) {
      const start = Math.max(0, source.text.indexOf("__proto__"));
      throw syntaxError(source, { problem: "key __proto__ is not allowed", start });
    }
    for (const item of Object.values(next)) open.push(item);
  }
}

function parseYamlData(source: Source): JsonValue {
  const { root, errors } = parseYaml(source, dataLimits);
  const [first] = errors;
  if (first !== undefined) {
    const options = { where: first.where, hint: first.hint, cause: first };
    throw new BackworksError("BW_FILE_SYNTAX", { file: source.file, problem: first.message }, options);
  }
  // A parsed tree holds JSON values only, except infinities and NaN, which JSON writes as null.
  return root === undefined ? null : (toValue(root) as JsonValue);
}

function syntaxError(source: Source, mistake: { problem: string; start: number }, cause?: unknown): BackworksError {
  const details = { file: source.file, problem: mistake.problem };
  return new BackworksError("BW_FILE_SYNTAX", details, { where: placeAt(source, mistake.start), cause });
}

function lies(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The path with links followed, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A missing file lies where its folder lies; that it is missing shows when it is read.
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), path.slice(parent.length));
  }
}
