import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { head, startProxy, startUpstream, until } from "../../test/wire-rig.ts";
import type { Script, ScriptedUpstream, StartedProxy } from "../../test/wire-rig.ts";

/** How a client leaves, and what of a request it sent before. */
interface Departure {
  readonly text: string;
  /** Whether the upstream must have begun to answer. */
  readonly waits?: "upstream" | "answer";
  leave(socket: Socket): void;
}

const upload = `${head("POST", "/", ["content-length: 1000"])}half`;
const destroy = (socket: Socket): void => void socket.destroy();

const departures: Readonly<Record<string, Departure>> = {
  "before its head is sent": { text: "GET / HTTP/1.1\r\nhost: x\r\nx-a: ", leave: destroy },
  "in the middle of its upload": { text: upload, waits: "upstream", leave: destroy },
  "as it waits": { text: head("GET", "/wait"), waits: "upstream", leave: destroy },
  "in the middle of its download": { text: head("GET", "/download"), waits: "answer", leave: destroy },
  "by closing its half": { text: head("GET", "/wait"), waits: "upstream", leave: (socket) => void socket.end() },
  "by a reset": { text: head("GET", "/download"), waits: "answer", leave: (socket) => void socket.resetAndDestroy() },
};

/** Answers only those that are to see something of an answer. */
const script: Script = (socket, request) => {
  if (!request.text().includes("/download")) return;
  socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
  const more = (): void => void (socket.writable && socket.write(Buffer.alloc(65_536), more));
  more();
};

async function depart(
  { text, waits, leave }: Departure,
  proxy: StartedProxy,
  upstream: ScriptedUpstream,
): Promise<void> {
  const before = upstream.requests.length;
  const socket = connect(proxy.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(text);
  if (waits === "answer") await new Promise((resolve) => socket.once("data", resolve));
  else if (waits === "upstream") await until(() => upstream.requests.length > before);
  else await new Promise((resolve) => socket.once("connect", resolve));
  leave(socket);
  socket.resume();
  await new Promise((resolve) => (socket.closed ? resolve(undefined) : socket.once("close", resolve)));
}

describe("a client that leaves", () => {
  it.each(Object.entries(departures))(
    "%s ends what the upstream does for it",
    async (_, departure) => {
      await using upstream = await startUpstream(script);
      await using proxy = await startProxy(upstream.port);
      for (let count = 0; count < 100; count += 1) await depart(departure, proxy, upstream);
      await until(() => upstream.open.size === 0 && proxy.target.inFlight === 0);

      expect(proxy.outcomes.every(({ kind }) => kind === "cancelled")).toBe(true);
      expect(proxy.outcomes).toHaveLength(departure.waits === undefined ? 0 : 100);
    },
    30_000,
  );

  it.each([0, 1, 2, 5])(
    "after %i ms in an upload of no length ends it, whether or not there is a connection",
    async (afterMs) => {
      await using upstream = await startUpstream(script);
      await using proxy = await startProxy(upstream.port);
      for (let count = 0; count < 50; count += 1) {
        const socket = connect(proxy.port, "127.0.0.1");
        socket.on("error", () => {});
        socket.write(`${head("PUT", "/", ["transfer-encoding: chunked"])}5\r\nhello\r\n`);
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        socket.destroy();
      }
      await until(() => upstream.open.size === 0 && proxy.target.inFlight === 0);

      expect(proxy.outcomes.every(({ kind }) => kind === "cancelled")).toBe(true);
    },
  );

  it("while it is in the queue for a connection has nothing sent", async () => {
    await using upstream = await startUpstream(() => {});
    await using proxy = await startProxy(upstream.port, { connections: 1 });
    const first = connect(proxy.port, "127.0.0.1");
    first.write(head("GET", "/first"));
    await until(() => upstream.requests.length === 1);
    const second = connect(proxy.port, "127.0.0.1");
    second.write(head("GET", "/second"));
    await until(() => proxy.target.inFlight === 2);
    second.destroy();
    await until(() => proxy.target.inFlight === 1);
    first.destroy();
    await until(() => upstream.open.size === 0);

    expect(upstream.requests).toHaveLength(1);
  });
});
