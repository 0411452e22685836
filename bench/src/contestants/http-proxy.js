import { Agent, createServer } from "node:http";
import httpProxy from "http-proxy";
import { report } from "./report.js";

const { upstream: target } = JSON.parse(process.env.BENCH_OPTIONS);
const proxy = httpProxy.createProxyServer({ target, agent: new Agent({ keepAlive: true }), xfwd: true });
proxy.on("error", (error) => console.error(error.message));
const server = createServer((request, response) => proxy.web(request, response));
server.listen(0, "127.0.0.1", () => report(server.address().port));
