import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunningCore } from "../own-package.ts";
import { replaceFile } from "../replace-file.ts";

/** `.backworks/plugins`: what the command installed for a project. */
export interface PluginFolder {
  readonly path: string;
  /** Package names with their versions, without the link to core; empty when there is no folder. */
  dependencies(): Readonly<Record<string, string>>;
  /** Whether the folder's link leads to another core than the one that runs, or nowhere. */
  linksElsewhere(core: RunningCore): boolean;
  /** Writes the folder's package.json; the returned function takes the change back. */
  write(dependencies: Readonly<Record<string, string>>, core: RunningCore): () => void;
  /** Leads the link to the core that runs, without npm. */
  relink(core: RunningCore): void;
  remove(): void;
}

export function openPluginFolder(path: string): PluginFolder {
  const file = join(path, "package.json");
  const folder = join(path, "..");
  return {
    path,
    dependencies() {
      const { [corePackage]: _core, ...others } = readDependencies(file);
      return others;
    },
    linksElsewhere(core) {
      if (!existsSync(file)) return false;
      const link = join(path, "node_modules", corePackage);
      return !existsSync(link) || realpathSync(link) !== core.folder;
    },
    relink(core) {
      const modules = join(path, "node_modules");
      rmSync(join(modules, corePackage), { recursive: true, force: true });
      mkdirSync(dirname(join(modules, corePackage)), { recursive: true });
      symlinkSync(core.folder, join(modules, corePackage), "junction");
      // npm's record of this tree, which is not true any more
      rmSync(join(modules, ".package-lock.json"), { force: true });
      replaceFile(file, `${JSON.stringify(manifest(this.dependencies(), core), null, 2)}\n`);
    },
    write(dependencies, core) {
      const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
      mkdirSync(path, { recursive: true });
      // The folder hides itself from git.
      writeFileSync(join(folder, ".gitignore"), "*\n");
      replaceFile(file, `${JSON.stringify(manifest(dependencies, core), null, 2)}\n`);
      return () =>
        before === undefined ? rmSync(folder, { recursive: true, force: true }) : replaceFile(file, before);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const corePackage = "@backworks/core";

/** The link keeps core single: npm takes it for the peer that plugins ask for, and checks their range against it. */
function manifest(dependencies: Readonly<Record<string, string>>, core: RunningCore): unknown {
  return {
    name: "backworks-plugins",
    private: true,
    description: "Written by backworks from the configuration; changes made by hand are lost",
    // First: npm 11 ends with a TypeError when a package that has the link's package as a peer comes before the link.
    dependencies: { [corePackage]: `file:${core.folder}`, ...dependencies },
  };
}

function readDependencies(file: string): Readonly<Record<string, string>> {
  if (!existsSync(file)) return {};
  try {
    // written by this file
    return (JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> }).dependencies ?? {};
  } catch {
    // A file somebody broke is written anew.
    return {};
  }
}
