// A process of its own, which may read the plugin and Backworks and little else: the code of a package is run that nobody
// has decided to install. Told the file to import; writes what it found as JSON behind a mark.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { PluginDefinition } from "@backworks/core";
import { factsOf } from "../plugin-facts.ts";
import { mark } from "./report.ts";
import type { LookReport } from "./report.ts";

const report = await look(process.argv[2] ?? "").catch((error: unknown): LookReport => ({
  kind: "problem",
  problem: error instanceof Error ? error.message : String(error),
}));
writeSync(1, mark + JSON.stringify(report));
// Whatever the plugin began is not waited for.
process.exit(0);

async function look(entry: string): Promise<LookReport> {
  const namespace: unknown = await import(pathToFileURL(entry).href);
  const found = [defaultOf(defaultOf(namespace)), defaultOf(namespace)].find(isPlugin);
  if (found === undefined) {
    return { kind: "problem", problem: "its default export was not made with definePlugin()" };
  }
  return { kind: "facts", facts: await factsOf(found) };
}

/** CommonJS has it one level deeper. */
function defaultOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "default" in value ? value.default : undefined;
}

function isPlugin(value: unknown): value is PluginDefinition {
  return typeof value === "object" && value !== null && Symbol.for("backworks.plugin") in value;
}
