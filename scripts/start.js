// Installs, builds and serves examples/quickstart; the server gets the signals and its exit code is passed on.
import { spawn } from "node:child_process";
import path from "node:path";
import { runStep } from "./steps.js";
import { root } from "./workspace.js";

const example = path.join(root, "examples/quickstart");
const steps = [
  { name: "install", command: ["pnpm", "install", "--frozen-lockfile"] },
  { name: "build", command: ["turbo", "run", "build", "--output-logs=errors-only"] },
];

for (const step of steps) {
  const { passed } = await runStep(step);
  if (!passed) process.exit(1);
}
serve();

function serve() {
  const words = process.argv.slice(2);
  const child = spawn(process.execPath, [path.join(example, "start.js"), ...words], { cwd: example, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}
