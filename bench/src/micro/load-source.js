// Internal modules as they are published: bundled from their source for one run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

/** Everything that TypeScript files export, given by path below `source`. `external` stays with what is installed. */
export async function loadSource(source, files, external = []) {
  const folder = mkdtempSync(path.join(tmpdir(), "backworks-bench-"));
  try {
    const input = Object.fromEntries(files.map((file, index) => [`m${index}`, path.join(source, file)]));
    const bundle = await rolldown({ input, platform: "node", external });
    await bundle.write({
      dir: folder,
      format: "esm",
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs",
    });
    const modules = [];
    for (const name of Object.keys(input))
      modules.push(await import(pathToFileURL(path.join(folder, `${name}.mjs`)).href));
    return Object.assign({}, ...modules);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
