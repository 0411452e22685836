// Adds up the results of checks and tests; `node scripts/test-summary.js 20 24` prints the line for both Nodes.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { listPackages, root } from "./workspace.js";

/** Where the steps of scripts/test.js leave their results. */
export function stepResults(node) {
  return `temp/steps-${node}.json`;
}

/** Every file that may hold results of these Nodes. */
export function resultFiles(nodes) {
  return nodes.flatMap((node) => [
    stepResults(node),
    ...listPackages().map(({ folder }) => path.join(folder, `jest-results-${node}.json`)),
  ]);
}

/** Prints the line and returns the exit code: 1 when something failed or nothing ran. */
export function printSummary(nodes) {
  const sum = { passed: 0, failed: 0, skipped: 0, broken: false };
  for (const file of resultFiles(nodes)) {
    if (existsSync(path.join(root, file))) addFile(sum, JSON.parse(readFileSync(path.join(root, file), "utf8")));
  }
  if (sum.broken && sum.failed === 0) sum.failed = 1;
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

function addFile(sum, content) {
  if (Array.isArray(content)) {
    const counted = content.filter(({ tests }) => tests !== true);
    for (const { passed } of counted) sum[passed ? "passed" : "failed"] += 1;
    sum.broken ||= content.some(({ passed }) => !passed);
    return;
  }
  sum.passed += content.numPassedTests;
  sum.failed += content.numFailedTests + content.numRuntimeErrorTestSuites;
  sum.skipped += content.numPendingTests + content.numTodoTests;
}

if (process.argv[1] === import.meta.filename) process.exitCode = printSummary(process.argv.slice(2));
