// What forwarding costs: one upstream, the same for all.
import { compare } from "../compare.js";
import { startContestant } from "../process.js";

const contestants = [
  { label: "http-proxy, keep-alive agent", name: "http-proxy" },
  { label: "backworks", name: "backworks-proxy" },
  { label: "@fastify/reply-from", name: "reply-from" },
  { label: "nginx, one worker", name: "nginx-proxy" },
];

const small = "x".repeat(300);
const large = "x".repeat(100_000);

const cases = [
  { title: "GET, 300 bytes", request: { method: "GET", path: "/300" } },
  { title: "POST, 300 bytes there and back", request: { method: "POST", path: "/300", body: small } },
  { title: "GET, 100 KB", request: { method: "GET", path: "/100000" } },
  { title: "POST, 100 KB there, 300 bytes back", request: { method: "POST", path: "/300", body: large } },
];

export async function proxy(settings) {
  const upstream = await startContestant({ name: "upstream" });
  try {
    const tables = [];
    for (const { title, request } of cases) {
      const options = { upstream: upstream.url };
      const entries = contestants.map((contestant) => ({ ...contestant, request, options }));
      tables.push({ title, rows: await compare({ entries, ...settings, warmRequests: 20_000 }) });
    }
    return tables;
  } finally {
    await upstream.stop();
  }
}
