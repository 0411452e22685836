// The source files of the workspace and what each imports.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const statement = /^(import|export)\s+(type\s+)?(?:[^;"'`]*?\sfrom\s+)?"([^"]+)"/gm;
const dynamic = /(?<!typeof )\bimport\(\s*"([^"]+)"\s*[,)]/g;
const comment = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Paths of the TypeScript files below a folder, relative to it, without declarations. */
export function listSources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** What a file imports: the specifier, and whether only types. */
export function readImports(file) {
  const text = readFileSync(file, "utf8").replace(comment, "");
  const found = [];
  for (const [, , type, name] of text.matchAll(statement)) found.push({ name, types: type !== undefined });
  for (const [, name] of text.matchAll(dynamic)) found.push({ name, types: false });
  return found;
}
