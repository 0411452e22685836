import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { OpenFile } from "./library.ts";
import { SqliteSession } from "./session.ts";

/** How long a statement waits for a lock, in milliseconds. */
export interface LockWait {
  readonly lockMs: number;
}

/** Where a database lives that is gone with its connection. */
export const inMemory = ":memory:";

/** Opens a file for statements: readers do not wait for writers, foreign keys hold. */
export function openSession(open: OpenFile, file: string, { lockMs }: LockWait): SqliteSession {
  if (file !== inMemory) mkdirSync(dirname(file), { recursive: true });
  const opened = open(file);
  try {
    opened.exec(`PRAGMA busy_timeout = ${Math.floor(lockMs)}`);
    keepLog(opened);
    opened.exec("PRAGMA synchronous = NORMAL");
    opened.exec("PRAGMA foreign_keys = ON");
    return new SqliteSession(opened);
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** A file that cannot be written to stays in the mode it is in. */
function keepLog(opened: ReturnType<OpenFile>): void {
  const [row] = opened.prepare("PRAGMA journal_mode").all([]);
  if (row?.[0] === "wal" || row?.[0] === "memory") return;
  try {
    opened.prepare("PRAGMA journal_mode = WAL").all([]);
  } catch (error) {
    // Locked: another connection has just opened the file and is about to do the same.
    if (!/readonly|locked/i.test(String(error))) throw error;
  }
}
