import from from "@fastify/reply-from";
import fastify from "fastify";
import { report } from "./report.js";

const { upstream: base } = JSON.parse(process.env.BENCH_OPTIONS);
const app = fastify();
await app.register(from, { base });
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
app.all("/*", (request, reply) => reply.from(request.url));
await app.listen({ port: 0, host: "127.0.0.1" });
report(app.server.address().port);
