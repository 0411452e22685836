// GET by id and a list of 20 rows through a SQL endpoint, against node:http with prepared statements written by hand:
// `pg` as most would use it, and the SQLite library. CPU of the server per request, by turns; the servers are processes of their own.
// PostgreSQL is left out without BW_PG.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../median.js";

const server = fileURLToPath(new URL("database-server.js", import.meta.url));
const rounds = Number(process.env.BW_ROUNDS ?? 5);
const requests = Number(process.env.BW_REQUESTS ?? 4000);
const connections = 32;

const folder = mkdtempSync(join(tmpdir(), "backworks-bench-"));
try {
  for (const type of ["sqlite", ...(process.env.BW_PG === undefined ? [] : ["postgresql"])]) await compare(type);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(type) {
  const file = join(folder, `${type}.db`);
  const servers = [];
  for (const name of ["hand", "backworks"]) servers.push(await start(name, type, file));
  for (const path of ["/items/7", "/items"]) {
    const costs = await alternate(servers, path);
    const [hand, own] = [median(costs.hand), median(costs.backworks)];
    console.log(
      `${type} ${path}: by hand ${hand.toFixed(0)} us, Backworks ${own.toFixed(0)} us, ratio ${(own / hand).toFixed(2)}`,
    );
  }
  for (const { child } of servers) child.kill();
}

/** Microseconds of each round, by name. */
async function alternate(servers, path) {
  const costs = { hand: [], backworks: [] };
  for (const one of servers) await measure(one, path);
  for (let round = 0; round < rounds; round += 1) {
    for (const one of servers) costs[one.name].push(await measure(one, path));
  }
  return costs;
}

async function start(name, type, file) {
  const child = fork(server, [name, type, file]);
  const [{ url }] = await once(child, "message");
  return { name, url, child };
}

async function measure({ url, child }, path) {
  const before = await cpuOf(child);
  let left = requests;
  const ask = async () => {
    while (left-- > 0) await (await fetch(url + path)).arrayBuffer();
  };
  await Promise.all(Array.from({ length: connections }, ask));
  return ((await cpuOf(child)) - before) / requests;
}

async function cpuOf(child) {
  child.send("cpu");
  const [{ cpu }] = await once(child, "message");
  return cpu;
}
