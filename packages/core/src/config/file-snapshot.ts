/** A file as it was read: its absolute path and its bytes. */
export type SnapshotFile = readonly [path: string, bytes: Uint8Array];

/**
 * The files that one load of a configuration read, so that another process can load the same however they change meanwhile.
 *
 * What it does not hold is read from the disk and kept, until it is sealed.
 */
export class FileSnapshot {
  readonly #files: Map<string, Uint8Array>;
  /** Whether another load has been here: what it did not read was not there. */
  readonly #repeats: boolean;
  #sealed = false;

  constructor(files: readonly SnapshotFile[] = []) {
    this.#files = new Map(files);
    this.#repeats = files.length > 0;
  }

  /** Whether there is a file at an absolute path; `look` asks the disk. */
  has(path: string, look: () => boolean): boolean {
    return this.#repeats ? this.#files.has(path) : look();
  }

  /** The file at an absolute path; `load` reads it from the disk. */
  read(path: string, load: () => Uint8Array): Uint8Array {
    if (this.#sealed) return load();
    const bytes = this.#files.get(path) ?? load();
    this.#files.set(path, bytes);
    return bytes;
  }

  /** The load is over: files that requests ask for later come from the disk. Returns what was read and lets go of it. */
  seal(): readonly SnapshotFile[] {
    const files = [...this.#files];
    this.#sealed = true;
    this.#files.clear();
    return files;
  }
}
