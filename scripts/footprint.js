// What an installation weighs.
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const installScripts = ["preinstall", "install", "postinstall"];

/** Bytes of all files, number of packages and names of those with install scripts, below a node_modules folder. */
export function measureFolder(folder) {
  const found = { bytes: 0, packages: 0, scripted: [] };
  visit(folder, found);
  return found;
}

function visit(folder, found) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) visit(file, found);
    else found.bytes += lstatSync(file).size;
    if (entry.name === "package.json" && isPackageFolder(folder)) addPackage(file, found);
  }
}

function isPackageFolder(folder) {
  return /node_modules\/(@[^/]+\/)?[^/@][^/]*$/.test(folder.replaceAll(path.sep, "/"));
}

function addPackage(file, found) {
  const { name, scripts = {} } = JSON.parse(readFileSync(file, "utf8"));
  found.packages += 1;
  if (installScripts.some((script) => script in scripts)) found.scripted.push(name);
}
