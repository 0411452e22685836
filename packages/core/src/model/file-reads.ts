import { createHash } from "node:crypto";
import type { Place } from "../errors.ts";
import type { ProjectFiles } from "../mode.ts";

/** Content hashes by the path a file was asked for; an empty text where there was nothing to read. */
export type FileReads = ReadonlyMap<string, string>;

/** Files of the project that remember what was read, so that it becomes part of an identity. */
export interface RecordedFiles extends ProjectFiles {
  readonly reads: FileReads;
  /** Reads through `files` from now on, and remembers. */
  follow(files: ProjectFiles): void;
  /** What is read from now on, for requests say, is not remembered. */
  rest(): void;
}

export function recordReads(source: ProjectFiles): RecordedFiles {
  let files = source;
  let recording = true;
  const reads = new Map<string, string>();
  // The hash comes first: of a file that is written meanwhile the older hash is kept, and the next reload reads it again.
  const note = (path: string, place: Place | undefined): void => {
    if (!recording) return;
    reads.set(path, "");
    reads.set(path, hashOf(files.readBytes(path, place)));
  };
  return {
    root: source.root,
    reads,
    follow(next) {
      files = next;
      recording = true;
    },
    rest() {
      recording = false;
    },
    resolve: (path, place) => files.resolve(path, place),
    readText(path, place) {
      note(path, place);
      return files.readText(path, place);
    },
    readBytes(path, place) {
      note(path, place);
      return files.readBytes(path, place);
    },
    readData(path, place) {
      note(path, place);
      return files.readData(path, place);
    },
  };
}

/** The content hash of a file at this moment; each is read once. */
export type HashFile = (path: string) => string;

export function createFileHashes(files: ProjectFiles): HashFile {
  const known = new Map<string, string>();
  return (path) => {
    let hash = known.get(path);
    if (hash === undefined) known.set(path, (hash = readHash(files, path)));
    return hash;
  };
}

/** Whether every file still holds what was read. */
export function areUnchanged(reads: FileReads, hashFile: HashFile): boolean {
  for (const [path, hash] of reads) if (hashFile(path) !== hash) return false;
  return true;
}

function readHash(files: ProjectFiles, path: string): string {
  try {
    return hashOf(files.readBytes(path));
  } catch {
    // Whoever needs the file says that it is missing, and where it is named.
    return "";
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url");
}
