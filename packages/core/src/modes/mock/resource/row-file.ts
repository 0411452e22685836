import { BackworksError } from "../../../errors.ts";
import type { JsonValue } from "../../../exchange.ts";
import type { Logger } from "../../../logger.ts";
import type { Row } from "../../../query/tree.ts";
import { fileProblem, readRegular } from "../../../regular-file.ts";
import { replaceFile } from "./replace-file.ts";
import type { Table } from "./table.ts";

/** The file that keeps a collection's rows. */
export interface RowFile {
  /** What others in this process have made of the file: kept instead of reading it again. */
  shared: { readonly table: Table; readonly identity: string } | undefined;
  /** Rows on the disk; `undefined` when there is no file yet. @throws BW_FILE_SYNTAX */
  read(): JsonValue | undefined;
  /** Writes the rows at once, or after the write that runs: what changes meanwhile becomes one write. */
  save(rows: () => Iterable<Row>): void;
  /** Resolves when everything saved so far is on the disk, rejects when it cannot be; `undefined` when it is. */
  saved(): Promise<void> | undefined;
  /** Waits for the last write. */
  close(): Promise<void>;
}

export interface RowFileOptions {
  /** Absolute. */
  readonly path: string;
  /** Name for messages: relative to the project's root. */
  readonly name: string;
  readonly logger: Logger;
}

interface OpenFile {
  users: number;
  shared: RowFile["shared"];
  /** Rows to write; `undefined` when everything is written. */
  unsaved: (() => Iterable<Row>) | undefined;
  /** Ends when the write that runs has ended; never rejects. */
  writing: Promise<void> | undefined;
  /** The write that begins when the one that runs has ended. */
  next: Promise<void> | undefined;
}

/**
 * Files open in this process. During a reload two generations of an App have one file open:
 * they must see the same rows, or the one that writes last would undo what the other wrote.
 */
const openFiles = new Map<string, OpenFile>();

export function openRowFile({ path, name, logger }: RowFileOptions): RowFile {
  const file = openFiles.get(path) ?? noFile();
  file.users += 1;
  openFiles.set(path, file);

  /** One write for everybody who asks before it begins. */
  function write(): Promise<void> {
    return (file.next ??= (file.writing ?? Promise.resolve()).then(() => {
      file.next = undefined;
      const written = writeUnsaved(path, file);
      const running = written
        .catch((error: unknown) => logger.error("rows could not be written", { file: name, error }))
        .finally(() => {
          if (file.writing === running) file.writing = undefined;
        });
      file.writing = running;
      return written;
    }));
  }

  return {
    get shared() {
      return file.shared;
    },
    set shared(value) {
      file.shared = value;
    },
    read: () => readRows(path, name),
    save(rows) {
      file.unsaved = rows;
      // Whoever waits is told that it failed, and the log is anyway.
      write().catch(() => {});
    },
    saved: () => file.next ?? file.writing,
    async close() {
      await write().catch(() => {});
      file.users -= 1;
      if (file.users === 0) openFiles.delete(path);
    },
  };
}

function noFile(): OpenFile {
  return { users: 0, shared: undefined, unsaved: undefined, writing: undefined, next: undefined };
}

async function writeUnsaved(path: string, file: OpenFile): Promise<void> {
  const rows = file.unsaved;
  if (rows === undefined) return;
  file.unsaved = undefined;
  try {
    await replaceFile(path, `${JSON.stringify([...rows()], null, 2)}\n`);
  } catch (error) {
    // Kept for the next write, unless there are newer rows.
    file.unsaved ??= rows;
    throw error;
  }
}

function readRows(path: string, name: string): JsonValue | undefined {
  let text: string;
  try {
    text = readRegular(path).toString("utf8");
  } catch (error) {
    // A file that is not there yet is the usual beginning; anything else is a mistake.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new BackworksError("BW_FILE_SYNTAX", { file: name, problem: fileProblem(error) }, { cause: error });
  }
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new BackworksError(
      "BW_FILE_SYNTAX",
      { file: name, problem: cause instanceof Error ? cause.message : "not JSON" },
      { cause },
    );
  }
}
