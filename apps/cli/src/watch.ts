import { realpathSync, watch, watchFile, unwatchFile } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface WatchOptions {
  /** Absolute paths; asked again after every change. */
  files(): readonly string[];
  /** Whether any change beside the files counts too: a file that was missed may have come. */
  eager(): boolean;
  onChange(): void;
  /** Milliseconds of silence before a change counts: editors write in several steps. */
  readonly quietMs: number;
}

export interface Watcher {
  /** Takes up the files as they are known by the time of the call. */
  refresh(): void;
  close(): void;
}

/**
 * Watches files through their folders, so that a file which is replaced by renaming (the way editors save) is still seen.
 */
export function watchFiles(options: WatchOptions): Watcher {
  const folders = new Map<string, () => void>();
  let names: ReadonlySet<string> = new Set();
  let timer: NodeJS.Timeout | undefined;

  const changed = (folder: string, name: string | null): void => {
    if (name !== null && !counts(folder, name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => options.onChange(), options.quietMs);
  };
  const counts = (folder: string, name: string): boolean =>
    names.has(join(folder, name)) || name === ".env" || (options.eager() && !ignored.test(name));

  const refresh = (): void => {
    const files = options.files();
    names = new Set(files.flatMap((file) => [file, resolved(file)]));
    const wanted = new Set([...names].map((file) => dirname(file)));
    for (const [folder, close] of folders) {
      if (wanted.has(folder)) continue;
      close();
      folders.delete(folder);
    }
    for (const folder of wanted) {
      if (!folders.has(folder)) folders.set(folder, watchFolder(folder, { names: () => names, changed }));
    }
  };

  refresh();
  return {
    refresh,
    close() {
      clearTimeout(timer);
      for (const close of folders.values()) close();
      folders.clear();
    },
  };
}

/** What tools leave beside files and nobody means. */
const ignored = /^(\.git|node_modules|\.backworks)$|~$|\.sw[a-z]$|^\.#|^4913$/;

function resolved(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // A file that is gone for the moment: its own folder is watched anyway.
    return file;
  }
}

interface FolderOptions {
  names(): ReadonlySet<string>;
  changed(folder: string, name: string | null): void;
}

function watchFolder(folder: string, options: FolderOptions): () => void {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, (_event, name) => options.changed(folder, name));
    watcher.on("error", () => watcher?.close());
    return () => watcher?.close();
  } catch {
    // The system has no watch left for us (or none at all): look at the files twice a second instead.
    return pollFolder(folder, options);
  }
}

function pollFolder(folder: string, options: FolderOptions): () => void {
  const files = [...options.names()].filter((file) => dirname(file) === folder);
  const listener = (file: string) => () => options.changed(folder, basename(file));
  for (const file of files) watchFile(file, { interval: 500 }, listener(file));
  return () => {
    for (const file of files) unwatchFile(file);
  };
}
