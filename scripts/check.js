// Runs the checks, all or those named: node scripts/check.js [name…]
import { checks } from "./checks.js";
import { runSteps } from "./steps.js";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`unknown check ${unknown.join(", ")}; there are ${checks.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const results = await runSteps(
  checks.filter(({ name }) => names.length === 0 || names.includes(name)),
  2,
);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
