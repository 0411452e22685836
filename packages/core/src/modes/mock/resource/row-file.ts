import { readFileSync } from "node:fs";
import type { Scheduler } from "../../../clock.ts";
import { BackworksError } from "../../../errors.ts";
import type { JsonValue } from "../../../exchange.ts";
import type { Logger } from "../../../logger.ts";
import type { Row } from "../../../query/query.ts";
import { replaceFile } from "./replace-file.ts";
import type { Table } from "./table.ts";

/** The file that keeps a collection's rows. */
export interface RowFile {
  /** What others in this process have made of the file: kept instead of reading it again. */
  shared: { readonly table: Table; readonly identity: string } | undefined;
  /** Rows on the disk; `undefined` when there is no file yet. @throws BW_FILE_SYNTAX */
  read(): JsonValue | undefined;
  /** Writes the rows soon; many changes become one write. */
  save(rows: () => Iterable<Row>): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export interface RowFileOptions {
  /** Absolute. */
  readonly path: string;
  /** Name for messages: relative to the project's root. */
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

interface OpenFile {
  users: number;
  shared: RowFile["shared"];
  /** Rows to write; `undefined` when everything is written. */
  unsaved: (() => Iterable<Row>) | undefined;
  /** Ends when the write that runs has ended. */
  writing: Promise<void>;
}

/**
 * Files open in this process. During a reload two generations of an App have one file open:
 * they must see the same rows, or the one that writes last would undo what the other wrote.
 */
const openFiles = new Map<string, OpenFile>();

/** Milliseconds from the first change to the write. */
const delayMs = 100;

export function openRowFile({ path, name, scheduler, logger }: RowFileOptions): RowFile {
  const file = openFiles.get(path) ?? { users: 0, shared: undefined, unsaved: undefined, writing: Promise.resolve() };
  file.users += 1;
  openFiles.set(path, file);
  let cancel: (() => void) | undefined;

  function write(): Promise<void> {
    cancel?.();
    cancel = undefined;
    file.writing = file.writing
      .then(() => writeUnsaved(path, file))
      .catch((error: unknown) => {
        logger.error("rows could not be written", { file: name, error });
      });
    return file.writing;
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
      cancel ??= scheduler.after(delayMs, () => void write());
    },
    async close() {
      await write();
      file.users -= 1;
      if (file.users === 0) openFiles.delete(path);
    },
  };
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
    text = readFileSync(path, "utf8");
  } catch (error) {
    // A file that is not there yet is the usual beginning; anything else is a mistake.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new BackworksError("BW_FILE_SYNTAX", { file: name, problem: String(error) }, { cause: error });
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
