// Emits the declarations of the package in whose folder it runs, copies those that the entry points reach to dist, and
// refuses to publish one that names a library which is not installed with the package.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";

const emitted = path.resolve("temp/types");
const published = path.resolve("dist");
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const installed = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
const specifier = /(\bfrom\s+|\bimport\s*\(\s*|^import\s+)"([^"]+)"/gm;

const reached = new Set();
const problems = [];

/** Entry points as `exports` names them: paths below dist, without the ending. */
function entryPoints() {
  return Object.values(manifest.exports)
    .filter((target) => typeof target === "object" && target.types !== undefined)
    .map((target) => path.relative("dist", target.types));
}

function visit(file) {
  if (reached.has(file)) return;
  reached.add(file);
  const text = readFileSync(path.join(emitted, file), "utf8");
  for (const [, , name] of text.matchAll(specifier)) follow(file, name);
}

function follow(file, name) {
  if (name.startsWith(".")) return visit(path.join(path.dirname(file), name.replace(/\.(ts|js)$/, ".d.ts")));
  const library = name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : name.split("/")[0];
  if (isBuiltin(name) || installed.has(library)) return;
  problems.push(`${file} names ${library}, which is compiled in and not installed with ${manifest.name}`);
}

function removeOld(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name.endsWith(".d.ts")) rmSync(path.join(entry.parentPath, entry.name));
  }
}

const { status } = spawnSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
process.exitCode = status ?? 1;
mkdirSync(published, { recursive: true });
for (const entry of entryPoints()) visit(entry);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exitCode = 1;
}
removeOld(published);
for (const file of reached) {
  const target = path.join(published, file);
  mkdirSync(path.dirname(target), { recursive: true });
  const text = readFileSync(path.join(emitted, file), "utf8");
  writeFileSync(
    target,
    text.replace(specifier, (whole, before, name) =>
      name.startsWith(".") ? `${before}"${name.replace(/\.ts$/, ".js")}"` : whole,
    ),
  );
}
