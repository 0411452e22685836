// Packs every published package as npm would receive it and checks the tarball: publint, attw, no install scripts, size,
// and that a TypeScript project can compile against the types with nothing but the package installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { measureFolder } from "./footprint.js";
import { listPublished, root } from "./workspace.js";

const scripts = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
const scratch = mkdtempSync(path.join(tmpdir(), "backworks-packages-"));
try {
  const packages = listPublished();
  if (packages.length < 2) throw new Error(`only ${packages.length} published packages seen`);
  const tarballs = packages.map(({ folder, manifest }) => ({ folder, manifest, tarball: pack(folder, manifest) }));
  for (const entry of tarballs) checkTarball(entry);
  checkInstalled(tarballs);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function pack(folder, manifest) {
  const target = path.join(scratch, `${manifest.name.replaceAll("/", "-")}.tgz`);
  run("pnpm", ["pack", "--out", target], path.join(root, folder));
  return target;
}

function checkTarball({ folder, manifest, tarball }) {
  run("publint", ["run", tarball, "--strict"], path.join(root, folder));
  if (typeof manifest.exports?.["."] === "object") run("attw", [tarball, "--profile", "esm-only"], root);
  for (const script of scripts) if (script in (manifest.scripts ?? {})) fail(`${folder} has a ${script} script`);
  const packed = spawnSync("tar", ["-tzf", tarball], { encoding: "utf8" }).stdout.split("\n");
  for (const name of ["package/LICENSE", "package/README.md"]) {
    if (!packed.includes(name)) fail(`${folder}: the tarball has no ${path.basename(name)}`);
  }
  // Templates are tests and sources of somebody else.
  const stray = packed.filter(
    (name) => !name.startsWith("package/templates/") && /\.test\.|\.tsbuildinfo$|\/temp\/|\/src\//.test(name),
  );
  if (stray.length > 0) fail(`${folder}: the tarball holds ${stray.join(", ")}`);
}

/** Installs core, then core and command, into empty folders as a user would. */
function checkInstalled(tarballs) {
  const core = tarballs.find(({ manifest }) => manifest.name === "@backworks/core").tarball;
  const command = tarballs.find(({ manifest }) => manifest.name === "@backworks/cli").tarball;
  const alone = install("core", [core]);
  expectBelow("@backworks/core installed", alone, { megabytes: 10, packages: 1 });
  compileConsumer(path.join(scratch, "core"));
  expectBelow("core and command installed", install("both", [core, command]), { megabytes: 14, packages: 40 });
}

function install(name, files) {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", ...files], folder);
  return measureFolder(path.join(folder, "node_modules"));
}

function expectBelow(what, { bytes, packages, scripted }, limit) {
  const megabytes = bytes / 1e6;
  console.log(`${what}: ${megabytes.toFixed(2)} MB, ${packages} packages`);
  if (megabytes > limit.megabytes) fail(`${what}: more than ${limit.megabytes} MB`);
  if (packages > limit.packages) fail(`${what}: more than ${limit.packages} packages`);
  if (scripted.length > 0) fail(`${what}: install scripts in ${scripted.join(", ")}`);
}

/** Node's types are the one thing a TypeScript user of Node has. */
function compileConsumer(folder) {
  const entries = Object.keys(readManifest(folder).exports).filter((entry) => entry !== "./package.json");
  const imports = entries.map((entry, index) => `import * as e${index} from "@backworks/core${entry.slice(1)}";`);
  const uses = entries.map((_, index) => `console.log(e${index});`);
  writeFileSync(path.join(folder, "consumer.ts"), [...imports, ...uses].join("\n"));
  const options = { module: "nodenext", target: "es2022", strict: true, skipLibCheck: false, noEmit: true };
  const compilerOptions = { ...options, exactOptionalPropertyTypes: true, types: ["node"], typeRoots: [nodeTypes()] };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  run("tsc", ["-p", "."], folder);
}

function nodeTypes() {
  const folder = path.join(root, "node_modules/@types");
  if (!existsSync(path.join(folder, "node"))) throw new Error("@types/node is not installed");
  return folder;
}

function readManifest(folder) {
  return JSON.parse(readFileSync(path.join(folder, "node_modules/@backworks/core/package.json"), "utf8"));
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 180_000 });
  if (status === 0) return;
  fail(`${command} ${args.join(" ")}\n${error ?? ""}${stdout}${stderr}`);
}

function fail(problem) {
  console.error(problem);
  process.exitCode = 1;
}
