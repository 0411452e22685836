// Checks the table in layers.js: imports go down only, rooms see what they may, registries name all they hold.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { emptyNames, onlyIn, packages, registries } from "./layers.js";
import { listSources, readImports } from "./source-files.js";

const problems = [];
let files = 0;
let imports = 0;

for (const entry of packages) checkPackage(entry);
for (const registry of registries) checkRegistry(registry);
checkCount();

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${files} files, ${imports} imports, ${registries.length} registries`);

function checkPackage(entry) {
  const source = path.join(entry.folder, "src");
  const used = new Set();
  for (const file of listSources(source)) {
    files += 1;
    if (emptyNames.test(path.basename(file, ".ts"))) problems.push(`${source}/${file}: the name says nothing`);
    const room = roomOf(entry, file);
    if (room === undefined) problems.push(`${source}/${file}: belongs to no room of scripts/layers.js`);
    used.add(room);
    for (const found of readImports(path.join(source, file))) checkImport({ entry, source, file, room, ...found });
  }
  for (const room of Object.keys(entry.rooms)) {
    if (!used.has(room)) problems.push(`${source}: room ${room} has no file`);
  }
}

function roomOf({ rooms }, file) {
  const [first, ...rest] = file.split("/");
  const name = first.replace(/(\.test)?\.ts$/, "");
  const named = Object.keys(rooms).find((room) =>
    rest.length > 0 ? room === first : rooms[room].files?.includes(name),
  );
  return named ?? Object.keys(rooms).find((room) => rooms[room].files === "any");
}

function checkImport({ entry, source, file, room, name, types }) {
  imports += 1;
  if (name.startsWith(".")) return checkRelative({ entry, source, file, room, name, types });
  if (name.startsWith("@backworks/")) {
    const known = entry.workspace.find((allowed) => name === allowed || name === `${allowed}/testing`);
    if (known === undefined) problems.push(`${source}/${file}: may not import ${name}`);
  }
  const owners = onlyIn[name]?.filter((owner) => owner.startsWith(entry.folder));
  if (owners?.length > 0 && !types && !file.endsWith(".test.ts") && !owners.includes(`${source}/${file}`)) {
    problems.push(`${source}/${file}: only ${owners.join(", ")} may load ${name}`);
  }
}

function isForTests(source, target) {
  return target.startsWith("../test/") || path.join(source, target).startsWith("scripts/");
}

function checkRelative({ entry, source, file, room, name, types }) {
  const target = path.normalize(path.join(path.dirname(file), name));
  if (file.endsWith(".test.ts") && isForTests(source, target)) return undefined;
  if (target.startsWith("..")) return problems.push(`${source}/${file}: ${name} leaves the package`);
  if (!existsSync(path.join(source, target))) return problems.push(`${source}/${file}: ${name} does not exist`);
  if (file.endsWith(".test.ts") || room === undefined) return undefined;
  const to = roomOf(entry, target);
  if (to === room) return checkApart({ entry, source, file, room, target });
  if (!mayImport(entry.rooms, { room, to, types })) {
    problems.push(`${source}/${file}: ${room} may not import ${types ? "types of " : ""}${to} (${name})`);
  }
  return undefined;
}

function mayImport(rooms, { room, to, types }) {
  const { row, imports: allowed, types: allowedTypes } = rooms[room];
  if (allowed === "any") return true;
  if (allowed === "below") return rooms[to].row < row;
  return allowed.includes(to) || (types && allowedTypes.includes(to));
}

/** Modes do not import modes: below such a room, first folders do not see each other. */
function checkApart({ entry, source, file, room, target }) {
  if (entry.rooms[room].apart !== true) return;
  const [, from, ...below] = file.split("/");
  const to = target.split("/")[1];
  if (below.length > 0 && from !== to) problems.push(`${source}/${file}: may not import its neighbour ${target}`);
}

function checkRegistry({ folder, list }) {
  if (!existsSync(list)) return problems.push(`${list} does not exist`);
  const named = readImports(list).map(({ name }) => name);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (/\.test\.ts$|^__snapshots__$/.test(entry.name) || path.join(folder, entry.name) === list) continue;
    const expected = entry.isDirectory() ? `./${entry.name}/` : `./${entry.name}`;
    if (!named.some((name) => name === expected || (entry.isDirectory() && name.startsWith(expected)))) {
      problems.push(`${list} does not name ${expected}`);
    }
  }
  return undefined;
}

/** A check that sees nothing passes everything: count again, by another way. */
function checkCount() {
  const counted = packages
    .flatMap(({ folder }) => readdirSync(path.join(folder, "src"), { recursive: true }))
    .filter((name) => /(?<!\.d)\.ts$/.test(name)).length;
  if (counted !== files) problems.push(`saw ${files} source files of ${counted}`);
  if (imports < files) problems.push(`saw only ${imports} imports in ${files} files`);
}
