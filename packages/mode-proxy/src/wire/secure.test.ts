import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { describe, expect, it } from "@jest/globals";
import { WebSocket, WebSocketServer } from "ws";
import { startProxy } from "../../test/proxy-rig.ts";
import { head, readAll } from "../../test/wire-rig.ts";

const read = (name: string): string => readFileSync(join(import.meta.dirname, "../../test/tls", name), "utf8");
const pair = { cert: read("server.pem"), key: read("server.key") };

async function startSecure(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer(pair, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () =>
      response.end(
        [Buffer.concat(chunks).toString(), request.headers["x-forwarded-proto"], request.trailers["x-sum"]].join(" "),
      ),
    );
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** TLS on both sides. */
function yamlFor(port: number): string {
  const server = "server: { tls: { cert: ca.pem, key: server.key } }";
  return `name: x\n${server}\nendpoints: { a: { path: /*, proxy: { target: "https://127.0.0.1:${port}", tls: { ca: ca.pem } } } }\n`;
}

const files = { "ca.pem": read("server.pem"), "server.key": read("server.key") };

describe("a proxy between TLS and TLS", () => {
  it("carries what waits for 100 Continue, with trailers, and says by what it was asked", async () => {
    await using upstream = await startSecure();
    await using app = await startProxy(yamlFor(upstream.port), { files });
    const client = connectTls({ port: Number(new URL(app.url).port), host: "127.0.0.1", rejectUnauthorized: false });
    const answer = readAll(client);
    client.write(head("POST", "/", ["expect: 100-continue", "trailer: x-sum", "transfer-encoding: chunked"]));
    client.once("data", () => client.write("5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n"));

    expect(await answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n.*hello https 7/s);
  });

  it("carries WebSockets", async () => {
    await using upstream = await startSecure();
    await using app = await startProxy(yamlFor(upstream.port), { files });
    const socket = new WebSocket(app.url.replace("https:", "wss:"), { rejectUnauthorized: false });
    const echoed = new Promise<string>((resolve) => socket.once("message", (data: Buffer) => resolve(data.toString())));
    socket.once("open", () => socket.send("hello"));

    expect(await echoed).toBe("hello");
    socket.terminate();
  });
});
