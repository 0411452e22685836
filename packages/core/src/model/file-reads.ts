import type { ProjectFiles } from "../mode.ts";
import { identityOf } from "./identity.ts";

/** Files of the project that remember what was read, so that it becomes part of an identity. */
export interface RecordedFiles extends ProjectFiles {
  /** Path and content hash of what was read since the last call. */
  take(): Readonly<Record<string, string>>;
}

export function recordReads(files: ProjectFiles): RecordedFiles {
  let reads: Record<string, string> = {};
  return {
    root: files.root,
    resolve: (path, place) => files.resolve(path, place),
    readText(path, place) {
      const text = files.readText(path, place);
      reads[path] = identityOf(text);
      return text;
    },
    readBytes(path, place) {
      const bytes = files.readBytes(path, place);
      reads[path] = identityOf(Buffer.from(bytes).toString("base64"));
      return bytes;
    },
    readData(path, place) {
      const data = files.readData(path, place);
      reads[path] = identityOf(data);
      return data;
    },
    take() {
      const taken = reads;
      reads = {};
      return taken;
    },
  };
}
