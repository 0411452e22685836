import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The repository. */
export const root: string = path.resolve(import.meta.dirname, "../..");

/** Below this package, so that what it depends on is found from there. */
const besideTests = path.resolve(import.meta.dirname, "../temp");

export interface Workspace extends Disposable {
  readonly folder: string;
  /** Writes a file, with the folders above it. */
  write(name: string, text: string): void;
}

/** An empty folder, or a copy of another, that is removed with the scope. */
export function createWorkspace(copyOf?: string, parent: string = besideTests): Workspace {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "w-"));
  if (copyOf !== undefined) copy(copyOf, folder);
  return {
    folder,
    write(name, text) {
      const file = path.resolve(folder, name);
      if (!file.startsWith(folder)) throw new Error(`${name} lies outside`);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
  const modules = path.join(from, "node_modules");
  if (existsSync(modules)) symlinkSync(modules, path.join(to, "node_modules"));
}
