// What plugins cost: hooks that run, hooks that do not match, plugins that are off, Express routes beside.
import { compare } from "../compare.js";

const hello = { method: "GET", path: "/hello" };
const entry = (label, options, request = hello) => ({ label, name: "backworks", options, request });

export async function plugins(settings) {
  const hooks = [0, 1, 5, 10].map((count) => entry(`${count} hooks`, { hooks: count }));
  const idle = [
    entry("no plugins", {}),
    entry("no plugins, again (A/A)", {}),
    entry("ten disabled plugins", { disabled: 10 }),
    entry("ten plugins without a matching hook", { unmatched: 10 }),
  ];
  const mounted = [
    entry("endpoint, nothing mounted", {}),
    entry("endpoint, Express router mounted", { mounted: true }),
    entry("route of the Express router", { mounted: true }, { method: "GET", path: "/mounted/ping" }),
  ];
  return [
    { title: "synchronous hooks", rows: await compare({ entries: hooks, ...settings }) },
    { title: "plugins that do nothing here", rows: await compare({ entries: idle, ...settings }) },
    { title: "Express beside", rows: await compare({ entries: mounted, ...settings }) },
  ];
}
