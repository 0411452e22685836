// What npm puts into an empty folder: the packed packages, installed.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { measureFolder } from "../../../scripts/footprint.js";

const root = path.resolve(import.meta.dirname, "../../..");
const packages = { core: "packages/core", cli: "apps/cli" };
const peers = ["express@5.3.0", "fastify@5.12.8", "hono@4.13.19"];

export async function footprint() {
  const scratch = mkdtempSync(path.join(tmpdir(), "backworks-bench-"));
  try {
    const files = Object.fromEntries(
      Object.entries(packages).map(([name, folder]) => [name, pack(scratch, name, folder)]),
    );
    const rows = [
      install(scratch, "@backworks/core", [files.core]),
      install(scratch, "@backworks/core and @backworks/cli", [files.core, files.cli]),
      ...peers.map((peer) => install(scratch, peer, [peer])),
    ];
    return [{ title: "installed", kind: "footprint", rows }];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function pack(scratch, name, folder) {
  const file = path.join(scratch, `${name}.tgz`);
  execFileSync("pnpm", ["pack", "--out", file], { cwd: path.join(root, folder), stdio: "ignore", timeout: 60_000 });
  return file;
}

function install(scratch, label, specs) {
  const folder = path.join(scratch, label.replaceAll(/[^a-z]/g, "-"));
  mkdirSync(folder);
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", ...specs];
  execFileSync("npm", args, { cwd: folder, stdio: "ignore", timeout: 180_000 });
  const { bytes, packages: count, scripted } = measureFolder(path.join(folder, "node_modules"));
  return { label, megabytes: bytes / 1e6, packages: count, scripted };
}
