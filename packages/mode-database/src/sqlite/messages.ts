import type { Result, Statement } from "../engine.ts";

/** What a thread is started with. */
export interface ThreadData {
  /** Absolute path of the file, or `:memory:`. */
  readonly file: string;
  /** Absolute path of the project's root, where drivers are looked for. */
  readonly root: string;
  readonly lockMs: number;
}

/** What a thread is asked; nothing, to end. */
export interface ThreadRequest {
  readonly number: number;
  readonly statement: Statement;
  readonly binds: readonly unknown[];
}

/** What a thread answers; the first answer, of number 0, is that it is open. */
export type ThreadAnswer =
  | { readonly number: number; readonly result: Result | undefined }
  | { readonly number: number; readonly failure: ThreadFailure };

/** An error of the library as plain data. */
export interface ThreadFailure {
  readonly message: string;
  /** Extended result code of SQLite. */
  readonly errcode: number;
}
