// Writes docs/reference/configuration.md from the schema. A test of core keeps the page current and can also write it.
import { spawnSync } from "node:child_process";
import path from "node:path";

const core = path.join(import.meta.dirname, "../packages/core");
const jest = path.join(import.meta.dirname, "../node_modules/jest/bin/jest.js");
const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
const { status } = spawnSync(process.execPath, [...flags, jest, "src/config/reference"], {
  cwd: core,
  stdio: "inherit",
  env: { ...process.env, UPDATE_REFERENCE: "1" },
});
process.exitCode = status ?? 1;
