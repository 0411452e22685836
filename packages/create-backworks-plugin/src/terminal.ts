/** Where a person sits, or a program. */
export interface Terminal {
  /** Folder that relative names start from. */
  readonly cwd: string;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly errors: NodeJS.WritableStream;
}
