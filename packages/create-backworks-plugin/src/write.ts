import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plan } from "./plan.ts";

/** What templates are called where the plugin's own names come. */
const words = { packageName: "backworks-plugin-my-thing", name: "my-thing", camel: "myThing", title: "My thing" };

const templates = fileURLToPath(new URL("../templates/", import.meta.url));

/** Writes the files of a plan; their paths below its folder, sorted. */
export function writePlugin(plan: Plan): readonly string[] {
  const files = new Map([...filesOf("shared"), ...filesOf(plan.kind)]);
  for (const [path, text] of files) {
    const target = join(plan.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, fill(text, plan));
  }
  return [...files.keys()].sort();
}

function filesOf(folder: string): readonly [path: string, text: string][] {
  const base = join(templates, folder);
  return readdirSync(base, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [named(relative(base, file).replaceAll("\\", "/")), readFileSync(file, "utf8")];
    });
}

/** npm takes some names for its own, wherever they lie in a package. */
function named(path: string): string {
  return path.replace(/(^|\/)dot-/, "$1.").replace(/(^|\/)_/, "$1");
}

function fill(text: string, { name, packageName, kind }: Plan): string {
  const camel = name.replace(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
  const spaced = name.replaceAll("-", " ");
  const title = spaced.charAt(0).toUpperCase() + spaced.slice(1);
  // A package of another name than the usual one has to be told.
  const source = packageName.startsWith("@") ? `package: "${packageName}", ` : "";
  return text
    .replaceAll("package: backworks-plugin-my-thing, ", source)
    .replaceAll(words.packageName, packageName)
    .replaceAll(words.name, name)
    .replaceAll(words.camel, camel)
    .replaceAll(words.title, title)
    .replaceAll("__KIND__", kind);
}
