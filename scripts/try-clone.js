// Clones the repository into an empty folder, with an empty home, and asks what `npm start` serves.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./workspace.js";

const limitMs = 240_000;
const scratch = mkdtempSync(path.join(tmpdir(), "backworks-clone-"));
const home = path.join(scratch, "home");
const clone = path.join(scratch, "clone");

try {
  mkdirSync(home);
  execFileSync("git", ["clone", "-q", "--no-hardlinks", root, clone]);
  const started = Date.now();
  const server = startServer();
  try {
    const url = await readUrl(server);
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    console.log(`${url} answered ${response.status} after ${((Date.now() - started) / 1000).toFixed(0)} s`);
  } finally {
    if (server.pid !== undefined) process.kill(-server.pid, "SIGTERM");
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

/** Nothing of the user but the registry, which the machine may need. */
function startServer() {
  const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const env = { PATH: process.env.PATH, HOME: home, npm_config_registry: registry };
  return spawn("npm", ["start"], { cwd: clone, env, detached: true, stdio: ["ignore", "pipe", "inherit"] });
}

function readUrl(server) {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`nothing serves:\n${text}`)), limitMs);
    server.stdout.on("data", (chunk) => {
      text += chunk;
      const found = text.match(/http:\/\/(?:127\.0\.0\.1|localhost):\d+/);
      if (found === null) return;
      clearTimeout(timer);
      resolve(`${found[0]}/health`);
    });
    server.on("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${text}`)));
  });
}
