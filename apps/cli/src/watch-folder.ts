import { statSync } from "node:fs";
import type { FSWatcher, watch } from "node:fs";
import { basename, join } from "node:path";

/** What happens in one folder. */
export interface FolderWatch {
  /** Looks for what the system does not tell: a folder that came anew, and everything where nothing is told. */
  look(): void;
  close(): void;
}

export interface FolderEvents {
  readonly system: typeof watch;
  /** Names of files in the folder that matter, for a folder that is looked at by ourselves. */
  names(): readonly string[];
  /** `name` is `undefined` when anything in the folder may have changed. */
  changed(name: string | undefined): void;
  /** The system tells nothing about this folder: it is looked at instead. */
  refused(reason: string): void;
}

/** Watches the folder itself, as the files in it may be replaced by others of their name. */
export function watchFolder(folder: string, events: FolderEvents): FolderWatch {
  let watcher: FSWatcher | undefined;
  let identity = identityOf(folder);
  let seen: string | undefined;

  const open = (): void => {
    watcher?.close();
    watcher = undefined;
    if (identity === undefined) return;
    try {
      const opened = events.system(folder, { persistent: false }, (_event, name) => {
        // It may be the folder itself that went; another one of its name is another one, whatever its number.
        if (name === basename(folder)) identity = "to be looked at";
        events.changed(name ?? undefined);
      });
      opened.on("error", () => opened.close());
      watcher = opened;
      seen = undefined;
    } catch (error) {
      seen = signatureOf(folder, events.names());
      events.refused((error as NodeJS.ErrnoException).code ?? String(error));
    }
  };

  open();
  return {
    look() {
      const now = identityOf(folder);
      if (now !== identity) {
        identity = now;
        open();
        events.changed(undefined);
      } else if (seen !== undefined) {
        const signature = signatureOf(folder, events.names());
        if (signature === seen) return;
        seen = signature;
        events.changed(undefined);
      }
    },
    close: () => watcher?.close(),
  };
}

/** What tells a folder from another of its name; the number alone may be given again. */
function identityOf(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
}

/** Changes when a file comes, goes or is written. */
function signatureOf(folder: string, names: readonly string[]): string {
  return ["", ...names]
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .map((stats) => (stats === undefined ? "" : `${stats.ino} ${stats.size} ${stats.mtimeMs}`))
    .join("\n");
}
