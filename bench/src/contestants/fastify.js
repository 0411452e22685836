import Fastify from "fastify";
import { extraHeaders, hello, json, order, user } from "./answers.js";
import { report } from "./report.js";

const options = JSON.parse(process.env.BENCH_OPTIONS ?? "{}");
const app = Fastify({ logger: options.log === true });
app.get("/hello", (_request, reply) => send(reply, hello));
app.get("/users/:id", (request, reply) => send(reply, user(request.params.id)));
app.get("/shops/:shop/orders/:order", (_request, reply) => send(reply, order));
app.post("/echo", (request, reply) => send(reply, JSON.stringify(request.body)));

function send(reply, body) {
  reply.headers({ ...extraHeaders, "content-type": json }).send(body);
}

await app.listen({ port: 0, host: "127.0.0.1" });
report(app.server.address().port);
