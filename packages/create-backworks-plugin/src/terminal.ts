/** Where a person sits, or a program. */
export interface Terminal {
  /** Folder that relative names start from. */
  readonly cwd: string;
  /** What is typed; questions are asked where it and `output` are a terminal. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** What was written, and questions. */
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** What is wrong, with a hint. */
  readonly errors: NodeJS.WritableStream;
}
