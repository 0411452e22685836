// Backworks with the same four endpoints. Options: log, routes (so many more), hooks, unmatched, disabled (plugins), mounted, monitoring (its
// options), hybrid (a block).
import { definePlugin, serve } from "@backworks/core";
import { hello, order } from "./answers.js";
import { report } from "./report.js";

const options = JSON.parse(process.env.BENCH_OPTIONS ?? "{}");
const plugins = [];
const entries = {};

function addPlugin(name, definition, enabled = true) {
  entries[name] = { enabled };
  if (enabled) plugins.push(definePlugin({ name, version: "1.0.0", ...definition }));
}

const hook = (exchange) => {
  if (exchange.request.method === "TRACE") exchange.respond({ status: 405, headers: {}, body: null });
};
for (let n = 0; n < (options.hooks ?? 0); n += 1) {
  addPlugin(`hook-${n}`, { initialize: () => ({ beforeRequest: hook }) });
}
for (let n = 0; n < (options.unmatched ?? 0); n += 1) {
  const beforeRequest = { run: hook, when: { endpoints: ["order"] } };
  addPlugin(`unmatched-${n}`, { initialize: () => ({ beforeRequest }) });
}
for (let n = 0; n < (options.disabled ?? 0); n += 1) addPlugin(`disabled-${n}`, {}, false);
if (options.monitoring !== undefined) {
  const { default: monitoring } = await import("@backworks/plugin-monitoring");
  entries.monitoring = options.monitoring;
  plugins.push(monitoring);
}
if (options.mounted === true) {
  addPlugin("mounted", {
    async initialize(context) {
      const router = await context.createRouter();
      router.get("/ping", (_request, response) => response.json({ pong: true }));
      return { contributes: { routes: [{ path: "/mounted", handler: router }] } };
    },
  });
}

const endpoints = {
  hello: { path: "/hello", mock: { body: JSON.parse(hello) } },
  user: { path: "/users/{id}", mock: { body: { id: "${path.id}", name: "User ${path.id}" } } },
  order: { path: "/shops/{shop}/orders/{order}", mock: { body: JSON.parse(order) } },
  echo: { path: "/echo", method: "POST", mock: { status: 200, body: "${request.body}" } },
};
for (let n = 0; n < (options.routes ?? 0); n += 1) {
  endpoints[`r${n}`] = { path: `/r${n}/${options.parameter ? "{id}" : "item"}`, mock: { body: { state: "paid" } } };
}

/** Answers as `hello` does, at once or a turn later, or not at all. */
const second = {
  name: "second",
  description: "for comparison",
  endpointKeys: { second: { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }) } } },
  open() {},
  compile({ values }) {
    const answer = { status: 200, headers: {}, body: JSON.parse(hello) };
    if (values.second === "fails") return () => ({ status: 503, headers: {}, body: null });
    return values.second === "later" ? async () => answer : () => answer;
  },
};
if (options.hybrid !== undefined) {
  endpoints.hello = { ...endpoints.hello, mode: "hybrid", hybrid: options.hybrid, second: options.second ?? "answers" };
}

const config = { name: "bench", logging: { enabled: options.log === true }, endpoints };
if (Object.keys(entries).length > 0) config.plugins = entries;
const app = await serve({ config, plugins, modes: [second], port: 0, host: "127.0.0.1", cwd: import.meta.dirname });
report(app.port);
