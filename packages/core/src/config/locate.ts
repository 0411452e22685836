import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BackworksError } from "../errors.ts";
import { fileProblem, readRegular } from "../regular-file.ts";
import type { FileSnapshot } from "./file-snapshot.ts";

/** Names a configuration may have, in the order they are tried. */
export const configNames: readonly string[] = ["backworks.yaml", "backworks.yml", "project.yaml"];

/** Finds the configuration and reads its text. @throws BW_CONFIG_NOT_FOUND, BW_FILE_MISSING */
export function locate(options: {
  readonly cwd: string;
  readonly file?: string | undefined;
  readonly snapshot?: FileSnapshot | undefined;
}): {
  root: string;
  file: string;
  text: string;
} {
  const path = resolve(options.cwd, options.file ?? ".");
  const { snapshot } = options;
  const kind = isFile(path, snapshot) ? "file" : kindOf(path);
  if (kind === "missing") {
    const hint = "give the path of a YAML file, or of a folder that holds backworks.yaml";
    throw new BackworksError("BW_FILE_MISSING", { file: options.file ?? path }, { hint });
  }
  const file = kind === "file" ? path : findIn(path, snapshot);
  const load = (): Buffer => readMain(file);
  const bytes = snapshot?.read(file, load) ?? load();
  return { root: dirname(file), file: basename(file), text: Buffer.from(bytes).toString("utf8") };
}

function readMain(path: string): Buffer {
  try {
    return readRegular(path, mostBytes);
  } catch (cause) {
    throw new BackworksError("BW_FILE_SYNTAX", { file: basename(path), problem: fileProblem(cause) }, { cause });
  }
}

/** Enough to say how much too large a file is; what is larger is not looked into. */
const mostBytes = 64 * 1024 * 1024;

function findIn(directory: string, snapshot: FileSnapshot | undefined): string {
  const name = configNames.find((candidate) => isFile(join(directory, candidate), snapshot));
  if (name !== undefined) return join(directory, name);
  const hint = "backworks init writes one";
  throw new BackworksError("BW_CONFIG_NOT_FOUND", { directory, names: configNames.join(", ") }, { hint });
}

function isFile(path: string, snapshot: FileSnapshot | undefined): boolean {
  const look = (): boolean => kindOf(path) === "file";
  return snapshot?.has(path, look) ?? look();
}

function kindOf(path: string): "file" | "folder" | "missing" {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "missing";
  return stats.isDirectory() ? "folder" : "file";
}

/** Writes an object as text, so that a mistake in it has a place like any other. @throws BW_CONFIG_NOT_DATA */
export function fileText(value: object): string {
  refuseOthers(value, "config", new Set());
  return JSON.stringify(value, undefined, 2);
}

function refuseOthers(value: unknown, path: string, above: ReadonlySet<object>): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "object") {
    if (!isScalar(value)) throw notData(path, typeof value === "number" ? String(value) : `a ${typeof value}`);
    return;
  }
  if (above.has(value)) throw notData(path, "itself");
  if (!isPlain(value)) throw notData(path, `a ${value.constructor.name}`);
  for (const [key, item] of Object.entries(value)) refuseOthers(item, `${path}.${key}`, new Set(above).add(value));
}

function isScalar(value: unknown): boolean {
  return (
    typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))
  );
}

/** A list or an object made by `{}`, in whatever realm, or without prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notData(path: string, found: string): BackworksError {
  const hint = "use text, numbers, booleans, null, lists and plain objects";
  return new BackworksError("BW_CONFIG_NOT_DATA", { path, found }, { hint });
}
