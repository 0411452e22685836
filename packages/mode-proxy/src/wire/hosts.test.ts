import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { backworks, openApp } from "@backworks/core";
import { proxy } from "../mode.ts";
import { answering, head, startUpstream, talk, until } from "../../test/wire-rig.ts";

const modes = [proxy];

function configFor(port: number): object {
  return {
    name: "hosted",
    logging: { enabled: false },
    endpoints: { all: { path: "/in/*", proxy: `http://127.0.0.1:${port}` } },
  };
}

const chunks =
  "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n";

describe("a proxy inside another server", () => {
  it("passes bodies, interim responses and trailers, and leaves to the server what is not its own", async () => {
    await using upstream = await startUpstream(answering(chunks));
    await using handle = backworks(configFor(upstream.port), { modes });
    const server = createServer((request, response) =>
      handle(request, response, () => response.writeHead(418).end("around")),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;

    const answer = await talk(port, `${head("POST", "/in/x", ["content-length: 5"])}hello`);
    const other = await talk(port, head("GET", "/out"));
    server.close();

    expect(answer).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP\/1.1 200 OK\r\n.*\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n$/s,
    );
    expect(upstream.requests[0]).toMatch(/^POST \/in\/x .*hello$/s);
    expect(other).toMatch(/^HTTP\/1.1 418 .*around/s);
  });

  it("ends the request to the upstream when the client of that server leaves", async () => {
    await using upstream = await startUpstream(() => {});
    await using handle = backworks(configFor(upstream.port), { modes });
    const server = createServer((request, response) => handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const aborting = new AbortController();
    const answer = fetch(`http://127.0.0.1:${port}/in/x`, { signal: aborting.signal }).catch((error: unknown) => error);
    await until(() => upstream.requests.length === 1);
    aborting.abort();
    await until(() => upstream.open.size === 0);
    server.close();

    expect(await answer).toMatchObject({ name: "AbortError" });
  });
});

describe("a proxy without a port", () => {
  it("answers requests within the process", async () => {
    await using upstream = await startUpstream((socket, request) => {
      const size = /content-length: (\d+)/.exec(request.text())?.[1] ?? "0";
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size.length}\r\n\r\n${size}`);
    });
    await using app = await openApp({ config: configFor(upstream.port), modes });

    const { status, body } = await app.inject({ method: "POST", url: "/in/x", body: "hello" });

    expect([status, Buffer.from(body).toString()]).toEqual([200, "5"]);
  });
});
