// The packages of the workspace.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

const parents = ["packages", "apps", "examples", "examples/plugins"];

/** Folders with a manifest, relative to the root: `{ folder, manifest }`. */
export function listPackages() {
  const below = parents
    .filter((parent) => existsSync(path.join(root, parent)))
    .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => path.join(parent, name)));
  return [...below, "e2e", "bench"]
    .filter((folder) => existsSync(path.join(root, folder, "package.json")))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8")),
    }));
}

/** Those npm receives. */
export function listPublished() {
  return listPackages().filter(({ manifest }) => manifest.private !== true);
}
