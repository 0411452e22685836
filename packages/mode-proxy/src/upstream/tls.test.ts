import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { describe, expect, it } from "@jest/globals";
import { startProxy } from "../../test/proxy-rig.ts";
import { talk } from "../../test/wire-rig.ts";

const folder = join(import.meta.dirname, "../../test/tls");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

/** Files of a project that speaks TLS with its upstream. */
const files = { "ca.pem": read("server.pem"), "client.pem": read("client.pem"), "client.key": read("client.key") };

/** An HTTPS server that says who asks it, and by which name. */
async function startSecure(
  options: ServerOptions = {},
): Promise<{ port: number; readonly connections: number } & AsyncDisposable> {
  let connections = 0;
  const server = createServer(
    { cert: read("server.pem"), key: read("server.key"), ...options },
    (message, response) => {
      // A server of HTTPS has no other sockets.
      const socket = message.socket as TLSSocket;
      response.end(JSON.stringify([socket.getPeerCertificate().subject?.CN ?? null, socket.servername]));
    },
  );
  server.on("secureConnection", () => (connections += 1));
  server.on("tlsClientError", () => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const yamlFor = (port: number, tls: string): string =>
  `name: x\nendpoints: { a: { path: /a, proxy: { target: "https://127.0.0.1:${port}"${tls} } } }\n`;

describe("an upstream behind TLS", () => {
  it.each([
    ["is not trusted without its certificate", "", 502],
    ["is trusted with it", ", tls: { ca: ca.pem }", 200],
    ["is not trusted with another", ", tls: { ca: client.pem }", 502],
    ["is taken as it is when nothing is verified", ", tls: { verify: false }", 200],
    ["may be called by a name of its certificate", ", tls: { ca: ca.pem, servername: upstream.example }", 200],
    ["may not be called by another name", ", tls: { ca: ca.pem, servername: other.example }", 502],
  ])("%s", async (_what, tls, status) => {
    await using server = await startSecure();
    await using app = await startProxy(yamlFor(server.port, tls), { files });

    expect((await app.fetch("/a")).status).toBe(status);
  });

  it("is shown our certificate", async () => {
    await using server = await startSecure({ requestCert: true, rejectUnauthorized: true, ca: read("client.pem") });
    const tls = ", tls: { ca: ca.pem, cert: client.pem, key: client.key, servername: upstream.example }";
    await using app = await startProxy(yamlFor(server.port, tls), { files });

    const response = await app.fetch("/a");

    expect(await response.json()).toEqual(["client", "upstream.example"]);
  });

  it.each([
    ["its address", "", false],
    ["the name it is given", ", servername: upstream.example", "upstream.example"],
  ])("goes by %s, whatever host clients ask for, over one connection", async (_what, name, expected) => {
    await using server = await startSecure();
    const yaml = `name: x\nendpoints: { a: { path: /a, proxy: { target: "https://127.0.0.1:${server.port}", preserve_host: true, tls: { ca: ca.pem${name} } } } }\n`;
    await using app = await startProxy(yaml, { files });
    const ask = (host: string): Promise<string> =>
      talk(Number(new URL(app.url).port), `GET /a HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);

    const answers = [await ask("one.example"), await ask("two.example")];

    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answers[0]).toContain(JSON.stringify([null, expected]));
    expect(server.connections).toBe(1);
  });

  it("is named for several endpoints, and stands behind an API as well", async () => {
    await using server = await startSecure();
    const url = `https://127.0.0.1:${server.port}`;
    await using app = await startProxy(
      `name: x
upstreams: { u: { targets: ["${url}"], tls: { ca: ca.pem } } }
apis: { s: { base_url: "${url}", tls: { ca: ca.pem }, connections: 2, keep_alive: 1s } }
endpoints:
  a: { path: /a, proxy: { upstream: u } }
  b: { path: /b, proxy: { api: s } }
`,
      { files: { ...files, "ca.pem": files["client.pem"] } },
    );
    const statuses = async (): Promise<number[]> => [(await app.fetch("/a")).status, (await app.fetch("/b")).status];
    const before = await statuses();

    app.write("ca.pem", files["ca.pem"]);
    await app.reload();

    expect([before, await statuses()]).toEqual([
      [502, 502],
      [200, 200],
    ]);
  });

  it("is asked with the certificate that a reload brings", async () => {
    await using server = await startSecure();
    await using app = await startProxy(yamlFor(server.port, ", tls: { ca: ca.pem }"), {
      files: { ...files, "ca.pem": files["client.pem"] },
    });
    const before = (await app.fetch("/a")).status;

    app.write("ca.pem", files["ca.pem"]);
    await app.reload();

    expect([before, (await app.fetch("/a")).status]).toEqual([502, 200]);
  });
});
