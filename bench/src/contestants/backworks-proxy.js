import { serve } from "@backworks/core";
import proxy from "@backworks/mode-proxy";
import { report } from "./report.js";

const { upstream: target } = JSON.parse(process.env.BENCH_OPTIONS);
const config = { name: "bench", logging: { enabled: false }, endpoints: { all: { path: "/*", proxy: { target } } } };
const app = await serve({ config, modes: [proxy], port: 0, host: "127.0.0.1", cwd: import.meta.dirname });
report(app.port);
