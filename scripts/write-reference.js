// Writes the pages of docs/reference that come from schemas. Tests keep them current and can also write them.
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const jest = path.join(root, "node_modules/jest/bin/jest.js");
const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
const tests = [
  ["packages/core", "src/config/reference"],
  ["packages/mode-proxy", "src/options/reference"],
  ["packages/mode-database", "src/options/reference"],
  ["packages/plugin-cache", "src/options/reference"],
  ["packages/plugin-monitoring", "src/options/reference"],
];
for (const [folder, test] of tests) {
  const { status } = spawnSync(process.execPath, [...flags, jest, test], {
    cwd: path.join(root, folder),
    stdio: "inherit",
    env: { ...process.env, UPDATE_REFERENCE: "1" },
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
