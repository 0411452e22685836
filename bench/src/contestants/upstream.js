// What stands behind the proxies: answers `/<number>` with so many bytes, after it has read what was sent.
import { createServer } from "node:http";
import { report } from "./report.js";

const bodies = new Map();

const server = createServer((request, response) => {
  const size = Number(request.url.slice(1));
  if (!bodies.has(size)) bodies.set(size, Buffer.alloc(size, "x"));
  const answer = () => {
    response.writeHead(200, ["content-type", "text/plain", "content-length", size, "x-one", "1", "x-two", "2"]);
    response.end(bodies.get(size));
  };
  if (request.method === "GET") return answer();
  return request.on("end", answer).resume();
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => report(server.address().port));
