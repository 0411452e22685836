// Installs, builds, checks and tests everything; the last line is `N passed, N failed, N skipped`.
// A check counts as one, a test as one. Options: --only test | e2e leaves out the rest.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checks } from "./checks.js";
import { runStep, runSteps } from "./steps.js";
import { printSummary, resultFiles, stepResults } from "./test-summary.js";
import { root } from "./workspace.js";

const only = process.argv.includes("--only") ? process.argv.at(-1) : undefined;
const node = process.env.BW_NODE ?? "20";
const turbo = (task) => ["turbo", "run", task, "--output-logs=errors-only", "--continue=always"];
const results = [];

forget();
const ready = await inOrder([
  { name: "install", command: ["pnpm", "install", "--frozen-lockfile"] },
  { name: "build", command: turbo("build") },
]);
if (ready) {
  if (only === undefined) results.push(...(await runSteps(checks, 2)));
  if (only !== "e2e") results.push(await runTests("test"));
  if (only !== "test") results.push(await runTests("e2e"));
}
mkdirSync(path.join(root, "temp"), { recursive: true });
writeFileSync(path.join(root, stepResults(node)), JSON.stringify(results));
process.exitCode = printSummary([node]);

/** Its tests count one by one, so the step itself does not. */
async function runTests(task) {
  return { ...(await runStep({ name: task, command: turbo(task) })), tests: true };
}

/** Results of an earlier run must not count in this one. */
function forget() {
  for (const file of resultFiles([node])) rmSync(path.join(root, file), { force: true });
}

async function inOrder(steps) {
  for (const step of steps) {
    const result = await runStep(step);
    results.push(result);
    if (!result.passed) return false;
  }
  return true;
}
