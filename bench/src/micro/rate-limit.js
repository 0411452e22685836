// What one check of the rate limiter costs, and what its table holds: clients that come again, fresh ones, a full table.
import path from "node:path";
import { loadSource } from "./load-source.js";

const most = 100_000;
const rate = { intervalMs: 10, burst: 200 };
const addresses = {
  IPv4: (n) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
  IPv6: (n) => `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}00::1`,
};

const source = path.resolve(import.meta.dirname, "../../../packages/core/src/pipeline");
const { RateTable, addressKeys } = await loadSource(source, ["rate-limit.ts", "rate-table.ts"]);
const addressKey = addressKeys("abc");
const clock = { monotonic: () => performance.now() };
console.log(`node ${process.version}, nanoseconds of CPU per check, key included\n`);
console.log("address  one client  10,000 clients  100,000 clients  flood over a full table");
for (const [name, address] of Object.entries(addresses)) {
  const columns = [1, 10_000, most].map((clients) =>
    measure(new RateTable({ clock, random: Math.random }), address, clients),
  );
  const full = new RateTable({ clock, random: Math.random });
  for (let n = 0; n < most; n += 1) full.take(addressKey(address(n)), { intervalMs: 1e9, burst: 2 });
  const flood = measureFlood(full, address);
  if (full.size !== most) throw new Error(`the table holds ${full.size}`);
  console.log(`${name.padEnd(9)}${columns.map(show).join("")}${show(flood)}`);
}

/** Addresses are made anew for each check, as a server has them: a text whose hash is known would flatter the map. */
function measure(table, address, clients) {
  const lines = Array.from({ length: clients }, (_, n) => Buffer.from(address(n), "latin1"));
  const rounds = 500_000;
  const check = (round) => table.take(addressKey(lines[(round * 7919) % clients].latin1Slice()), rate);
  for (let round = 0; round < rounds / 5; round += 1) check(round);
  const began = cpuMs();
  for (let round = 0; round < rounds; round += 1) check(round);
  const whole = cpuMs() - began;
  return ((whole - costOfTexts(lines, rounds)) * 1e6) / rounds;
}

/** What making the addresses costs, which is no part of a check. */
function costOfTexts(lines, rounds) {
  let length = 0;
  const began = cpuMs();
  for (let round = 0; round < rounds; round += 1) length += lines[(round * 7919) % lines.length].latin1Slice().length;
  const took = cpuMs() - began;
  if (length === 0) throw new Error("no addresses");
  return took;
}

function measureFlood(table, address) {
  const rounds = 200_000;
  const began = cpuMs();
  for (let round = 0; round < rounds; round += 1)
    table.take(addressKey(address(most + round)), { intervalMs: 1e9, burst: 2 });
  return ((cpuMs() - began) * 1e6) / rounds;
}

/** Of this process alone: the machine may do other things. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function show(nanoseconds) {
  return nanoseconds.toFixed(0).padStart(12);
}
