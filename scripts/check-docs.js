// Checks the documents: every relative link and anchor leads somewhere, and every error code has its heading and is used.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { listSources } from "./source-files.js";
import { listPublished, root } from "./workspace.js";

const ignored = new Set([
  "node_modules",
  "dist",
  "temp",
  ".git",
  ".changeset",
  ".node",
  ".turbo",
  "api",
  "CHANGELOG.md",
]);
const errorPage = "docs/reference/errors.md";
const problems = [];
const anchors = new Map();

const documents = listDocuments(root);
let links = 0;
for (const file of documents) checkLinks(file);
const scripts = new Set(Object.keys(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).scripts));
for (const file of ["CONTRIBUTING.md", "bench/README.md"]) checkScripts(file);
const codes = checkCodes();

if (documents.length < 10) problems.push(`saw only ${documents.length} documents`);
if (codes < 10) problems.push(`saw only ${codes} error codes`);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${documents.length} documents, ${links} links, ${codes} error codes`);

function listDocuments(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (ignored.has(entry.name)) return [];
    if (entry.isDirectory()) return listDocuments(file);
    return entry.name.endsWith(".md") ? [file] : [];
  });
}

function checkLinks(file) {
  const text = withoutCode(readFileSync(file, "utf8"));
  const here = path.relative(root, file);
  for (const [, target] of text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)) {
    links += 1;
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [name, anchor] = target.split("#");
    const linked = name === "" ? file : path.resolve(path.dirname(file), decodeURIComponent(name));
    if (!existsSync(linked)) problems.push(`${here}: ${target} does not exist`);
    else if (anchor !== undefined && !hasAnchor(linked, anchor))
      problems.push(`${here}: ${target} has no such heading`);
  }
}

/** Every `pnpm <script>` and `npm <script>` that contributors are told to run is there. */
function checkScripts(file) {
  const ofPnpm = new Set(["install", "changeset"]);
  for (const [, quoted, fenced] of readFileSync(path.join(root, file), "utf8").matchAll(
    /`(p?npm [^`]+)`|^(p?npm .+)$/gm,
  )) {
    const [, name] = (quoted ?? fenced).split(" ");
    if (!scripts.has(name) && !ofPnpm.has(name)) problems.push(`${file}: ${quoted ?? fenced} is no script`);
  }
}

function withoutCode(text) {
  return text.replace(/^ *(```+|~~~+)[\s\S]*?^ *\1 *$/gm, "").replace(/`[^`\n]*`/g, "");
}

function hasAnchor(file, anchor) {
  if (statSync(file).isDirectory() || !file.endsWith(".md")) return true;
  if (!anchors.has(file)) anchors.set(file, readAnchors(readFileSync(file, "utf8")));
  return anchors.get(file).has(anchor);
}

/** Anchors as GitHub makes them of headings. */
function readAnchors(text) {
  const found = new Set();
  const plain = text.replace(/^ *(```+|~~~+)[\s\S]*?^ *\1 *$/gm, "");
  for (const [, title] of plain.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = title
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let unique = slug;
    for (let count = 1; found.has(unique); count += 1) unique = `${slug}-${count}`;
    found.add(unique);
  }
  return found;
}

function checkCodes() {
  const source = path.join(root, "packages/core/src");
  const catalogue = readFileSync(path.join(source, "errors.ts"), "utf8");
  const listed = [...catalogue.matchAll(/^ {2}(BW_[A-Z0-9_]+):/gm)].map(([, code]) => code);
  const page = existsSync(path.join(root, errorPage)) ? readFileSync(path.join(root, errorPage), "utf8") : "";
  const headed = [...page.matchAll(/^#{2,4} `?(BW_[A-Z0-9_]+)`?\s*$/gm)].map(([, code]) => code);
  const used = readUsed(listPublished().map(({ folder }) => path.join(root, folder, "src")));
  for (const code of listed) {
    if (!headed.includes(code)) problems.push(`${errorPage} has no heading ${code}`);
    if (!used.has(code)) problems.push(`${code} is in errors.ts and nothing reports it`);
  }
  for (const code of headed) if (!listed.includes(code)) problems.push(`${errorPage}: ${code} is not in errors.ts`);
  for (const code of headed) {
    if (headed.indexOf(code) !== headed.lastIndexOf(code)) problems.push(`${errorPage}: ${code} stands twice`);
  }
  return listed.length;
}

/** Codes named in code, the catalogue and tests left out. */
function readUsed(folders) {
  const used = new Set();
  for (const folder of folders) {
    for (const file of listSources(folder)) {
      if (file === "errors.ts" || file.endsWith(".test.ts")) continue;
      for (const [code] of readFileSync(path.join(folder, file), "utf8").matchAll(/BW_[A-Z0-9_]+/g)) used.add(code);
    }
  }
  return used;
}
