// Backworks with the same four endpoints. Options: log, routes (so many more), hooks, unmatched, disabled (plugins), mounted.
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

const config = { name: "bench", logging: { enabled: options.log === true }, endpoints };
if (Object.keys(entries).length > 0) config.plugins = entries;
const app = await serve({ config, plugins, port: 0, host: "127.0.0.1", cwd: import.meta.dirname });
report(app.port);
