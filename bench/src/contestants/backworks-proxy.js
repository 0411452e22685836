// `backworks start`, as it is used.
import { spawn } from "node:child_process";
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../../scripts/free-port.js";
import { reportChild } from "./child.js";

const { upstream } = JSON.parse(process.env.BENCH_OPTIONS);
const packages = path.resolve(import.meta.dirname, "../../node_modules");
const folder = mkdtempSync(path.join(tmpdir(), "backworks-bench-"));
const port = await freePort();
symlinkSync(packages, path.join(folder, "node_modules"));
// One address sends all the load, from the processor that the server runs on.
writeFileSync(
  path.join(folder, "backworks.yaml"),
  `name: bench
rate_limit: false
logging: { enabled: false }
server: { overload: false }
endpoints:
  all: { path: /*, proxy: { target: ${upstream} } }
`,
);
const words = [path.join(packages, "@backworks/cli/bin/backworks.js"), "start", "--port", port, "--host", "127.0.0.1"];
const child = spawn(process.execPath, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
await reportChild(child, { port, folder });
