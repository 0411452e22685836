import { statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { linkChain } from "./link-chain.ts";
import { watchFolder } from "./watch-folder.ts";
import type { FolderWatch } from "./watch-folder.ts";

export interface WatchOptions {
  /** Absolute paths; asked again after every change. */
  files(): readonly string[];
  /** Whether any change beside the files counts too: a file that was missed may have come. */
  eager(): boolean;
  onChange(): void;
  /** Told once, when the system does not tell about changes and files are looked at instead. */
  onPolling?(reason: string): void;
  /** Milliseconds of silence before a change counts: editors write in several steps. */
  readonly quietMs: number;
  /** Milliseconds after which a change counts even without silence. @defaultValue 500 */
  readonly patienceMs?: number;
  /** Milliseconds since the epoch: a file that was written later has changed. @defaultValue the present */
  readonly since?: number;
  /** How the system is asked to tell of changes. @defaultValue `watch` of `node:fs` */
  readonly system?: typeof watch;
}

export interface Watcher {
  /** Takes up the files as they are known by the time of the call. */
  refresh(): void;
  close(): void;
}

/** How often folders are looked at for what the system does not tell. */
const lookMs = 500;

/**
 * Watches files through their folders, so that a file which is replaced by renaming (the way editors save) is still seen,
 * and through the links that lead to them.
 */
export function watchFiles(options: WatchOptions): Watcher {
  return new FileWatcher(options);
}

class FileWatcher implements Watcher {
  readonly #options: WatchOptions;
  readonly #folders = new Map<string, FolderWatch>();
  /** Files and links by folder. */
  #names: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  /** Folders that hold a file, not just a link on the way to one. */
  #near: ReadonlySet<string> = new Set();
  #quiet: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  readonly #look: NodeJS.Timeout;
  /** When the last change was handed on: what was written later is news. */
  #handedOn: number;
  #polling = false;
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#handedOn = options.since ?? Date.now();
    this.#look = setInterval(() => this.#lookAround(), lookMs).unref();
    this.refresh();
  }

  refresh(): void {
    // A reload that was under way at the end tells of it all the same.
    if (this.#closed) return;
    const before = this.#names;
    const files = this.#options.files();
    this.#names = byFolder(files.flatMap((file) => linkChain(file)));
    this.#near = new Set(files.map((file) => dirname(file)));
    for (const [folder, one] of this.#folders) {
      if (this.#names.has(folder)) continue;
      one.close();
      this.#folders.delete(folder);
    }
    for (const folder of this.#names.keys()) {
      if (!this.#folders.has(folder)) this.#folders.set(folder, this.#open(folder));
    }
    const fresh = files.filter((file) => before.get(dirname(file))?.has(basename(file)) !== true);
    if (fresh.some((file) => writtenSince(file, this.#handedOn))) this.#news();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#look);
    clearTimeout(this.#quiet);
    clearTimeout(this.#patience);
    for (const one of this.#folders.values()) one.close();
    this.#folders.clear();
  }

  #open(folder: string): FolderWatch {
    return watchFolder(folder, {
      system: this.#options.system ?? watch,
      names: () => [...(this.#names.get(folder) ?? []), dotenv],
      changed: (name) => {
        if (name === undefined || this.#counts(folder, name)) this.#news();
      },
      refused: (reason) => {
        if (!this.#polling) this.#options.onPolling?.(reason);
        this.#polling = true;
      },
    });
  }

  #counts(folder: string, name: string): boolean {
    if (this.#names.get(folder)?.has(name) === true) return true;
    return this.#near.has(folder) && (name === dotenv || (this.#options.eager() && !ignored.test(name)));
  }

  /** Something changed: waits until nothing more does, or until it has waited long enough. */
  #news(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#handOn(), this.#options.quietMs);
    this.#patience ??= setTimeout(() => this.#handOn(), this.#options.patienceMs ?? 500);
  }

  #handOn(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#handedOn = Date.now();
    this.#options.onChange();
  }

  #lookAround(): void {
    for (const one of this.#folders.values()) one.look();
  }
}

/** Read when it is there, so that it may come at any time. */
const dotenv = ".env";

/** What tools leave beside files and nobody means. */
const ignored = /^(\.git|node_modules|\.backworks)$|~$|\.sw[a-z]$|^\.#|^4913$/;

function byFolder(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const path of paths) {
    const folder = dirname(path);
    names.set(folder, (names.get(folder) ?? new Set()).add(basename(path)));
  }
  return names;
}

function writtenSince(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Math.floor(stats.mtimeMs) > time;
}
