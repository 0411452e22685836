// Type-checks every package with its tests.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { listPackages, root } from "./workspace.js";

let checked = 0;
for (const { folder } of listPackages()) {
  const project = path.join(root, folder, "tsconfig.json");
  if (!existsSync(project)) continue;
  checked += 1;
  const { status } = spawnSync("tsc", ["--noEmit", "-p", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
if (checked < 2) throw new Error(`only ${checked} projects seen`);
