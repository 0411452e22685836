import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectSecurely } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import { openRawClient } from "../../test/raw-client.ts";
import { createStreamMode } from "../../test/stream-mode.ts";
import { silentLogger } from "../logger.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { FakeClock } from "./fake-clock.ts";
import { serve } from "./serve.ts";
import type { RunningApp, ServeOptions } from "./serve.ts";

const certificates = join(import.meta.dirname, "../../test/tls");

/** A server whose address is that of its configuration. */
class Scene implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "backworks-listener-"));
  readonly clock: FakeClock = createFakeClock();
  readonly test = createStreamMode();
  #app: RunningApp | undefined;

  get app(): RunningApp {
    if (this.#app === undefined) throw new TypeError("nothing is served");
    return this.#app;
  }

  async start(server: string, options: ServeOptions = {}): Promise<void> {
    this.write(server);
    const { clock, test, folder } = this;
    const machine = { clock, scheduler: clock, logger: silentLogger, env: {} };
    this.#app = await serve({ ...machine, cwd: folder, modes: [test.mode], ...options });
  }

  write(server: string, word = "hello"): void {
    const yaml = `name: shop\nserver: { ${server} }\nendpoints:\n  a: { path: /a, mock: { body: ${word} } }\n  live: { path: /live, stream: {} }\n`;
    writeFileSync(join(this.folder, "backworks.yaml"), yaml);
  }

  async reload(server: string, word?: string): Promise<void> {
    this.write(server, word);
    await this.app.reload();
  }

  /** Puts a certificate where the configuration names it. */
  certify(name: "one" | "two"): void {
    for (const ending of ["pem", "key"])
      copyFileSync(join(certificates, `${name}.${ending}`), join(this.folder, `api.${ending}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const state = { open: true };
    const closing = this.#app?.close().finally(() => (state.open = false));
    while (this.#app !== undefined && state.open) {
      await this.clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await closing;
    rmSync(this.folder, { recursive: true });
  }
}

async function takePort(host = "127.0.0.1", port = 0): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const free = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));

async function ask(port: number, path = "/a", host = "127.0.0.1"): Promise<string> {
  using client = await openRawClient(port, host);
  client.send(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  await client.end();
  return client.received;
}

/** Asks over TLS; gives the name in the certificate with the answer. */
function askSecurely(port: number): Promise<{ readonly name: string | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connectSecurely({ port, host: "127.0.0.1", rejectUnauthorized: false });
    let text = "";
    let name: string | undefined;
    socket.on("secureConnect", () => {
      ({ CN: name } = socket.getPeerCertificate().subject as { CN?: string });
      socket.write("GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    });
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve({ name, text }));
  });
}

const tls = "tls: { cert: api.pem, key: api.key }";

describe("a listener over a reload", () => {
  let scene = new Scene();

  beforeEach(() => {
    scene = new Scene();
  });

  afterEach(() => scene[Symbol.asyncDispose]());

  it("moves to another port, which is open before the one before is closed", async () => {
    const [first, second] = [await freePort(), await freePort()];
    await scene.start(`port: ${first}`);

    await scene.reload(`port: ${second}`);

    expect([scene.app.port, scene.app.url]).toEqual([second, `http://127.0.0.1:${second}`]);
    expect(await ask(second)).toContain("hello");
    await expect(openRawClient(first)).rejects.toThrow("ECONNREFUSED");
  });

  it("moves to another address", async () => {
    const port = await freePort();
    await scene.start(`port: ${port}`);

    await scene.reload(`port: ${port}, host: "::1"`);

    expect(scene.app.url).toBe(`http://[::1]:${port}`);
    expect(await ask(port, "/a", "::1")).toContain("hello");
    await expect(openRawClient(port)).rejects.toThrow("ECONNREFUSED");
  });

  it("stays where it is when another port is taken, and the next good one works", async () => {
    const [first, third] = [await freePort(), await freePort()];
    const other = await takePort();
    await scene.start(`port: ${first}`);

    scene.write(`port: ${portOf(other)}`, "changed");
    await expect(scene.app.reload()).rejects.toMatchObject({ code: "BW_PORT_IN_USE" });

    expect(scene.app.status()).toMatchObject({ generation: 1, lastError: { code: "BW_PORT_IN_USE" } });
    expect([scene.app.port, await ask(first)]).toEqual([first, expect.stringContaining("hello")]);
    await scene.reload(`port: ${third}`, "changed");
    expect(await ask(third)).toContain("changed");
    await free(other);
  });

  it("closes connections that wait and tells those with a request to go", async () => {
    const [first, second] = [await freePort(), await freePort()];
    await scene.start(`port: ${first}`);
    using idle = await openRawClient(first);
    idle.send("GET /a HTTP/1.1\r\nhost: x\r\n\r\n");
    await idle.until("hello");
    using busy = await openRawClient(first);
    busy.send("GET /a HTTP/1.1\r\nhost: x\r\n");
    // Connections are taken in order: the one before this is there.
    await openRawClient(first).then((later) => later[Symbol.dispose]());

    await scene.reload(`port: ${second}`, "changed");
    await scene.clock.advance(250);
    await idle.end();
    busy.send("\r\n");
    await busy.end();

    expect(idle.received.toLowerCase()).toContain("connection: keep-alive");
    expect(busy.received.toLowerCase()).toContain("connection: close");
    expect(busy.received).toContain("changed");
  });

  it("answers what was on its way over a connection that seemed to wait", async () => {
    const [first, second] = [await freePort(), await freePort()];
    await scene.start(`port: ${first}`);
    using client = await openRawClient(first);
    client.send("GET /a HTTP/1.1\r\nhost: x\r\n\r\n");
    await client.until("hello");

    await scene.reload(`port: ${second}`, "changed");
    client.send("GET /a HTTP/1.1\r\nhost: x\r\n\r\n");
    await client.end();

    expect(client.received).toContain("changed");
  });

  it("goes from one address to all and back on the same port, and stays where it was when that fails", async () => {
    const port = await freePort();
    await scene.start(`port: ${port}, host: 127.0.0.1`);

    await scene.reload(`port: ${port}, host: 0.0.0.0`, "all");
    const all = await ask(port, "/a", "127.0.0.2");
    await scene.reload(`port: ${port}, host: 127.0.0.2`, "one");
    const one = await ask(port, "/a", "127.0.0.2");
    await using other = await takePort("127.0.0.3", port);
    const failed = scene.reload(`port: ${port}, host: 0.0.0.0`, "none");

    await expect(failed).rejects.toMatchObject({ code: "BW_PORT_IN_USE" });
    expect([all, one]).toEqual([expect.stringContaining("all"), expect.stringContaining("one")]);
    expect(await ask(port, "/a", "127.0.0.2")).toContain("one");
    await expect(ask(port)).rejects.toThrow("ECONNREFUSED");
    expect(portOf(other)).toBe(port);
  });

  it("leaves a stream open that began before it moved", async () => {
    const [first, second] = [await freePort(), await freePort()];
    await scene.start(`port: ${first}`);
    using client = await openRawClient(first);
    client.send("GET /live HTTP/1.1\r\nhost: x\r\n\r\n");
    await client.until("{}");

    await scene.reload(`port: ${second}`);
    await scene.clock.advance(60_000);
    scene.test.streams[0]?.write("still here\n");

    await client.until("still here");
    expect(client.closed).toBe(false);
  });

  it("goes by what was given beside the configuration", async () => {
    const given = await freePort();
    await scene.start("port: 1", { port: given });

    await scene.reload("port: 2", "changed");

    expect([scene.app.port, await ask(given)]).toEqual([given, expect.stringContaining("changed")]);
  });

  it("keeps the port that it took when any will do", async () => {
    await scene.start("port: 0");
    const { port } = scene.app;

    await scene.reload("port: 0", "changed");

    expect([scene.app.port, await ask(port)]).toEqual([port, expect.stringContaining("changed")]);
  });

  it("begins and ends to speak TLS on the same port", async () => {
    scene.certify("one");
    await scene.start("port: 0");
    const { port } = scene.app;

    await scene.reload(`port: 0, ${tls}`);
    const secure = await askSecurely(port);
    expect(scene.app.url).toBe(`https://127.0.0.1:${port}`);
    await scene.reload("port: 0", "plain");

    expect(secure).toMatchObject({ name: "one", text: expect.stringContaining("hello") });
    expect(await ask(port)).toContain("plain");
    expect(scene.app.url).toBe(`http://127.0.0.1:${port}`);
  });

  it("takes other certificates when only their files change, and watches them", async () => {
    scene.certify("one");
    await scene.start(`port: 0, ${tls}`);
    const { port } = scene.app;
    const before = await askSecurely(port);

    scene.certify("two");
    const result = await scene.app.reload();

    expect(result).toMatchObject({ changed: true, difference: { settings: true, changed: [] } });
    expect([before.name, (await askSecurely(port)).name]).toEqual(["one", "two"]);
    expect(scene.app.watchedFiles()).toEqual(
      expect.arrayContaining([join(scene.folder, "api.pem"), join(scene.folder, "api.key")]),
    );
    expect(JSON.stringify(scene.app.app.server)).not.toContain("PRIVATE");
  });

  it("keeps the certificate when the next does not fit its key", async () => {
    scene.certify("one");
    await scene.start(`port: 0, ${tls}`);
    copyFileSync(join(certificates, "two.pem"), join(scene.folder, "api.pem"));

    await expect(scene.app.reload()).rejects.toMatchObject({ code: "BW_TLS_INVALID", where: { line: 2 } });

    expect((await askSecurely(scene.app.port)).name).toBe("one");
  });

  it("is not opened by a reload that comes when the server goes down", async () => {
    const [first, second] = [await freePort(), await freePort()];
    await scene.start(`port: ${first}`);
    scene.write(`port: ${second}`);

    const reload = scene.app.reload().catch((error: unknown) => error);
    const closing = scene.app.close();
    const late = scene.app.reload().catch((error: unknown) => error);

    expect(await Promise.all([reload, late])).toMatchObject([
      { code: "BW_SERVER_CLOSING" },
      { code: "BW_SERVER_CLOSING" },
    ]);
    await closing;
    for (const port of [first, second]) await expect(openRawClient(port)).rejects.toThrow("ECONNREFUSED");
  });

  it("takes limits and times of the next generation", async () => {
    await scene.start("port: 0");
    const { port } = scene.app;
    const asked = `GET /a?${"q".repeat(300)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;

    await scene.reload("port: 0, limits: { url_size: 200 }, timeouts: { check_interval: 2s }");
    using client = await openRawClient(port);
    client.send(asked);
    await client.end();

    expect(client.received).toMatch(/^HTTP\/1.1 414/);
    expect(scene.app.port).toBe(port);
  });
});
