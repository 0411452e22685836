// What monitoring costs: throughput with it and without, one request that is counted, a scrape of ten thousand lines.
import { compare } from "../compare.js";
import { measureRecording, measureScrapes } from "../micro/monitoring.js";

const entry = (label, options, request = { method: "GET", path: "/hello" }) => ({
  label,
  name: "backworks",
  options,
  request,
});

const users = { method: "GET", paths: Array.from({ length: 50 }, (_, index) => `/users/${index}`) };
/** Expressions over the request, in labels and values. */
const custom = {
  names_total: { type: "counter", help: "By name.", labels: { host: "${headers.host}" } },
  ids: { type: "histogram", help: "Ids.", value: "${path.id}", buckets: [10, 100], endpoints: ["user"] },
};

export async function monitoring(settings) {
  const recording = await measureRecording();
  const scrapes = await measureScrapes();
  const one = [
    entry("without", {}),
    entry("without, again (A/A)", {}),
    entry("with monitoring", { monitoring: {} }),
    entry("with monitoring and alerts", { monitoring: { alerts: { presets: { high_error_rate: true } } } }),
  ];
  const templated = [
    entry("without", {}, users),
    entry("with monitoring", { monitoring: {} }, users),
    entry("with two metrics of expressions", { monitoring: { custom } }, users),
  ];
  return [
    { title: "one answer that never changes", rows: await compare({ entries: one, ...settings }) },
    { title: "an answer with a parameter", rows: await compare({ entries: templated, ...settings }) },
    { title: "counting a request, besides the call of the hook", kind: "nanoseconds", rows: recording },
    { title: "a scrape of 10,000 lines", kind: "scrape", rows: scrapes },
  ];
}
