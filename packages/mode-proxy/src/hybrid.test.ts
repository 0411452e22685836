import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startApp } from "@backworks/core/testing";
import type { StartedApp } from "@backworks/core/testing";
import { proxy } from "./mode.ts";

/** Requests that the upstream has and that it has not answered. */
let open = 0;

const listener: RequestListener = (request, response) => {
  open += 1;
  response.on("close", () => (open -= 1));
  if (request.url === "/hang") return;
  if (request.url === "/busy") {
    response.writeHead(503).end("busy".repeat(50_000));
    return;
  }
  if (request.url === "/empty") {
    response.end("[]");
    return;
  }
  request.on("data", () => {}).on("end", () => response.end("upstream"));
};

const upstream: Server = createServer(listener);

beforeAll(async () => {
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
});

afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
});

function start(target: string, more = ""): Promise<StartedApp> {
  const yaml = `name: x
endpoints:
  a:
    path: /*
    methods: [GET, POST]
    mode: hybrid
    hybrid:
      timeout: 2s
      handle: { GET: proxy, POST: proxy }
      fallback: [{ on: [timeout, connect, 5xx, empty], use: mock }]
    proxy: { target: "${target}" }
    mock: { status: 200, body: "mock \${request.body.name}" }
${more}`;
  return startApp({ yaml, modes: [proxy] });
}

function origin(): string {
  return `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 4000 && !isSo(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(isSo()).toBe(true);
}

async function ask(app: StartedApp, path: string, init?: RequestInit): Promise<string> {
  const response = await app.fetch(path, init);
  return `${response.status} ${response.headers.get("backworks-served-by")} ${(await response.text()).slice(0, 12)}`;
}

describe("proxy with a fallback", () => {
  it("answers as long as the upstream does", async () => {
    await using app = await start(origin());

    expect(await ask(app, "/")).toBe("200 null upstream");
  });

  it("lets mock answer for a closed port, and for an answer of 5xx", async () => {
    await using closed = await start("http://127.0.0.1:1");
    await using app = await start(origin());

    expect([await ask(closed, "/"), await ask(app, "/busy")]).toEqual(["200 mock mock ", "200 mock mock "]);
    await until(() => open === 0);
  });

  it("has the body of a request that the upstream never got", async () => {
    await using app = await start("http://127.0.0.1:1");
    const init = { method: "POST", body: `{"name":"Ada"}`, headers: { "content-type": "application/json" } };

    expect(await ask(app, "/", init)).toBe("200 mock mock Ada");
  });

  it("ends what the upstream does when the branch's time is over", async () => {
    await using app = await start(origin());
    const asking = ask(app, "/hang");
    await until(() => open === 1);

    await app.clock.advance(2000);

    expect(await asking).toBe("200 mock mock ");
    await until(() => open === 0);
  });

  it("ends what the upstream does when the client leaves", async () => {
    await using app = await start(origin());
    const controller = new AbortController();
    const asking = ask(app, "/hang", { signal: controller.signal }).catch(() => "gone");
    await until(() => open === 1);

    controller.abort();

    expect(await asking).toBe("gone");
    await until(() => open === 0);
  });

  it("cannot tell that a stream is an empty list", async () => {
    await using app = await start(origin());

    expect(await ask(app, "/empty")).toBe("200 null []");
  });
});
