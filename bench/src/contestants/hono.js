import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { extraHeaders, hello, json, order, user } from "./answers.js";
import { report } from "./report.js";

const app = new Hono();
const headers = (body) => ({
  ...extraHeaders,
  "content-type": json,
  "content-length": String(Buffer.byteLength(body)),
});
const send = (context, body) => context.body(body, 200, headers(body));
app.get("/hello", (context) => send(context, hello));
app.get("/users/:id", (context) => send(context, user(context.req.param("id"))));
app.get("/shops/:shop/orders/:order", (context) => send(context, order));
app.post("/echo", async (context) => send(context, JSON.stringify(await context.req.json())));

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => report(port));
