import { createServer } from "node:http";
import { extraHeaders, hello, json, order, user } from "./answers.js";
import { report } from "./report.js";

const extra = Object.entries(extraHeaders).flat();

const server = createServer((request, response) => {
  const { method, url } = request;
  if (method === "POST") return echo(request, response);
  if (url === "/hello") return send(response, hello);
  if (url.startsWith("/users/")) return send(response, user(url.slice(7)));
  if (url.startsWith("/shops/") && url.includes("/orders/")) return send(response, order);
  response.writeHead(404);
  return response.end();
});

function send(response, body) {
  response.writeHead(200, ["content-type", json, "content-length", Buffer.byteLength(body), ...extra]);
  response.end(body);
}

function echo(request, response) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => send(response, JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()))));
}

server.listen(0, "127.0.0.1", () => report(server.address().port));
