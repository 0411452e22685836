// What the numbers were measured on.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import path from "node:path";
import { tool } from "./load.js";

const libraries = ["@backworks/core", "express", "fastify", "hono", "@hono/node-server"];

export function describeMachine() {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout.trim(),
    processor: `${processors.length} x ${processors[0].model.trim()}`,
    memory: `${Math.round(totalmem() / 1e9)} GB`,
    system: `Linux ${release().split(".", 2).join(".")}`,
    node: process.version,
    load: `${tool}, load average ${loadavg()[0].toFixed(1)} at the end`,
    versions: Object.fromEntries(libraries.map((name) => [name, versionOf(name)])),
  };
}

function versionOf(name) {
  const manifest = path.join(import.meta.dirname, "../node_modules", name, "package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
