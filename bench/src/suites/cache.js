// What a stored answer costs, beside an answer that is made and one that is fetched.
import { compare } from "../compare.js";
import { startContestant } from "../process.js";

const name = "backworks-cache";
const hello = { method: "GET", path: "/hello" };
const entry = (label, options, request = hello) => ({ label, name, options, request });

export async function cache(settings) {
  const upstream = await startContestant({ name: "upstream" });
  try {
    const { url } = upstream;
    const made = [
      entry("static mock, no cache", { cached: false }),
      entry("static mock, no cache, again (A/A)", { cached: false }),
      entry("stored answer of a mock", {}),
      entry("the same, part of the key: Accept-Language", { varied: true }),
    ];
    const fetched = [300, 100_000].map((bytes) => {
      const request = { method: "GET", path: `/${bytes}` };
      const entries = [
        entry("proxied, no cache", { cached: false, upstream: url }, request),
        entry("stored answer of a proxy", { upstream: url }, request),
      ];
      return { title: `proxy, ${bytes} bytes`, entries };
    });
    const tables = [{ title: "mock", entries: made }, ...fetched];
    const measured = [];
    for (const { title, entries } of tables) measured.push({ title, rows: await compare({ entries, ...settings }) });
    return measured;
  } finally {
    await upstream.stop();
  }
}
