// Backworks with the cache before a mock, or before a proxy where `upstream` is there. Options: cached, upstream, body (bytes of the mock), varied.
import { serve } from "@backworks/core";
import proxy from "@backworks/mode-proxy";
import cache from "@backworks/plugin-cache";
import { hello } from "./answers.js";
import { report } from "./report.js";

const { cached = true, upstream, varied = false } = JSON.parse(process.env.BENCH_OPTIONS ?? "{}");
const answer = upstream === undefined ? { mock: { body: JSON.parse(hello) } } : { proxy: { target: upstream } };
const options = cached ? { ttl: "1h", ...(varied ? { vary: ["Accept-Language"] } : {}) } : false;
const config = {
  name: "bench",
  logging: { enabled: false },
  plugins: { cache: { enabled: cached } },
  endpoints: { all: { path: upstream === undefined ? "/hello" : "/*", cache: options, ...answer } },
};
const plugins = cached ? [cache] : [];
const app = await serve({ config, plugins, modes: [proxy], port: 0, host: "127.0.0.1", cwd: import.meta.dirname });
report(app.port);
