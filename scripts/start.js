// Installs, builds and serves examples/quickstart; the server gets the signals and its exit code is passed on.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
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

/** What `npm start` of the example runs, with the words given here after it. */
function serve() {
  const manifest = JSON.parse(readFileSync(path.join(example, "package.json"), "utf8"));
  const [name, ...words] = manifest.scripts.start.split(" ");
  const command = path.join(root, "node_modules/.bin", name);
  const child = spawn(command, [...words, ...process.argv.slice(2)], { cwd: example, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}
