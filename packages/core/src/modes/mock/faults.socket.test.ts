import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { startApp } from "../../testing.ts";

/** What a client reads until the connection ends, and how it ends. */
async function readRaw(port: number, path: string): Promise<{ readonly bytes: Buffer; readonly end: string }> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "connect");
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  const end = await new Promise<string>((resolve) => {
    socket.once("end", () => resolve("end"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
  });
  socket.destroy();
  return { bytes: Buffer.concat(chunks), end };
}

function yamlOf(fault: string): string {
  return `name: shop\nendpoints:\n  x: { path: /x, mock: { body: { ok: true }, fault: ${fault} } }\n  y: { path: /y, mock: { body: fine } }\n`;
}

describe("a fault on the connection", () => {
  it.each([
    ["reset", "ECONNRESET", /^$/],
    ["empty", "end", /^$/],
    ["truncated", "end", /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: 11\r\n[\s\S]*\r\n\r\n\{"ok"$/],
    ["malformed_chunk", "end", /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nb\r\n\{"ok":true\}\r\nnot-a-size\r\n$/],
    ["random_bytes", "end", /^[\x80-\xff]/],
  ])("%s ends with %s and leaves the server well", async (fault, expectedEnd, expectedText) => {
    await using app = await startApp(yamlOf(fault));

    const { bytes, end } = await readRaw(app.port, "/x");

    expect([end, bytes.toString("latin1")]).toEqual([expectedEnd, expect.stringMatching(expectedText)]);
    expect(await (await app.fetch("/y")).text()).toBe("fine");
  });

  it("hang sends nothing until the client leaves", async () => {
    await using app = await startApp(yamlOf("hang"));
    const controller = new AbortController();
    const hanging = app.fetch("/x", { signal: controller.signal });

    expect(await (await app.fetch("/y")).text()).toBe("fine");
    controller.abort();

    await expect(hanging).rejects.toThrow(/abort/i);
  });
});

describe("a delayed answer", () => {
  it("leaves no timer when the client goes away", async () => {
    await using app = await startApp("name: shop\nendpoints:\n  x: { path: /x, mock: { body: ok, delay: 1h } }\n");
    const controller = new AbortController();
    // Those of the server itself.
    const idle = app.clock.pending;
    const waiting = app.fetch("/x", { signal: controller.signal });
    while (app.clock.pending === idle) await new Promise((resolve) => setImmediate(resolve));

    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    for (let turn = 0; turn < 4000 && app.clock.pending > idle; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 1));

    expect(app.clock.pending).toBe(idle);
  });
});
