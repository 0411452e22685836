import express from "express";
import { extraHeaders, hello, json, order, user } from "./answers.js";
import { report } from "./report.js";

const app = express();
app.disable("x-powered-by");
app.set("etag", false);
app.get("/hello", (_request, response) => send(response, hello));
app.get("/users/:id", (request, response) => send(response, user(request.params.id)));
app.get("/shops/:shop/orders/:order", (_request, response) => send(response, order));
app.post("/echo", express.json(), (request, response) => send(response, JSON.stringify(request.body)));

function send(response, body) {
  response.set({ ...extraHeaders, "content-type": json });
  response.send(Buffer.from(body));
}

const server = app.listen(0, "127.0.0.1", () => report(server.address().port));
