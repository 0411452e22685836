import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { ask, startCached, told } from "../test/cache-rig.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A source that writes what it likes: called with the connection and how many requests there were before. */
type Talk = (socket: Socket, before: number) => void;

async function startTalking(talk: Talk) {
  const sockets = new Set<Socket>();
  const source = { asked: 0, closed: 0 };
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}).on("close", () => (source.closed += 1)));
    socket.on("data", () => {
      source.asked += 1;
      talk(socket, source.asked - 1);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(source, {
    yaml: (cache = "{}") =>
      `name: odd\nplugins: { cache: ${cache} }\nendpoints: { all: { path: "/*", cache: true, proxy: "http://127.0.0.1:${port}" } }`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
}

const head = (...lines: readonly string[]): string => `${lines.join("\r\n")}\r\n\r\n`;
const fresh = "Cache-Control: max-age=60";

/** What a client gets: the body of a whole answer, or that there is none. */
async function outcome(url: string): Promise<string> {
  try {
    const { status, body } = await told(await ask(url));
    return status === 200 ? body : String(status);
  } catch {
    return "broken";
  }
}

describe("an answer that is whole in an odd way", () => {
  it.each<readonly [string, string]>([
    ["of HTTP/1.0, by the end of its connection", `${head("HTTP/1.0 200 OK", fresh)}body`],
    ["of HTTP/1.0, with a length", `${head("HTTP/1.0 200 OK", fresh, "Content-Length: 4")}body`],
    ["by the end of its connection", `${head("HTTP/1.1 200 OK", fresh, "Connection: close")}body`],
    [
      "after early hints",
      `${head("HTTP/1.1 103 Early Hints", "Link: </a>")}${head("HTTP/1.1 200 OK", fresh, "Content-Length: 4")}body`,
    ],
    [
      "in chunks with trailers",
      `${head("HTTP/1.1 200 OK", fresh, "Transfer-Encoding: chunked")}2\r\nbo\r\n2;ext=1\r\ndy\r\n0\r\nX-Sum: 1\r\n\r\n`,
    ],
  ])("is stored: %s", async (_how, text) => {
    await using source = await startTalking((socket) => socket.end(text));
    await using app = await startCached(source.yaml());

    const outcomes = [await outcome(`${app.url}/a`), await outcome(`${app.url}/a`)];

    expect(outcomes).toEqual(["body", "body"]);
    expect(source.asked).toBe(1);
  });
});

describe("an answer that breaks off", () => {
  it.each<readonly [string, string]>([
    ["before its length", `${head("HTTP/1.1 200 OK", fresh, "Content-Length: 100")}half`],
    ["within a chunk", `${head("HTTP/1.1 200 OK", fresh, "Transfer-Encoding: chunked")}64\r\nhalf`],
    ["before its last chunk", `${head("HTTP/1.1 200 OK", fresh, "Transfer-Encoding: chunked")}4\r\nhalf\r\n`],
    ["within its head", "HTTP/1.1 200 OK\r\nCache-Con"],
    ["at once", ""],
  ])("%s is never stored and never whole", async (_where, text) => {
    await using source = await startTalking((socket, before) => {
      if (before > 0) socket.end(`${head("HTTP/1.1 200 OK", fresh, "Content-Length: 5")}whole`);
      else socket.end(text);
    });
    await using app = await startCached(source.yaml());

    const outcomes = [await outcome(`${app.url}/a`), await outcome(`${app.url}/a`), await outcome(`${app.url}/a`)];

    expect(["broken", "502", "504"]).toContain(outcomes[0]);
    expect(outcomes.slice(1)).toEqual(["whole", "whole"]);
    expect(source.asked).toBe(2);
  });

  it("leaves what is stored, which stands in for it", async () => {
    await using source = await startTalking((socket, before) => {
      const fields = head("HTTP/1.1 200 OK", "Cache-Control: max-age=1, stale-if-error=60", "Content-Length: 5");
      socket.end(before === 1 ? `${fields}ha` : `${fields}whole`);
    });
    await using app = await startCached(source.yaml());
    const first = await outcome(`${app.url}/a`);
    await app.clock.advance(5000);

    const second = await outcome(`${app.url}/a`);

    expect([first, second]).toEqual(["whole", "whole"]);
    expect(source.asked).toBe(2);
  });

  it("has those who waited ask once more, together", async () => {
    await using source = await startTalking((socket, before) => {
      const fields = head("HTTP/1.1 200 OK", fresh, "Content-Length: 5");
      setTimeout(() => socket.end(before === 0 ? `${fields}ha` : `${fields}whole`), 200);
    });
    await using app = await startCached(source.yaml());

    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(`${app.url}/a`)));

    expect(outcomes.filter((one) => one === "whole")).toHaveLength(49);
    expect(outcomes.filter((one) => one === "broken")).toHaveLength(1);
    expect(source.asked).toBe(2);
  });
});

describe("an answer that does not end", () => {
  const first = async (url: string) => {
    const asking = request(url, { agent: false }).end();
    const [response] = await once(asking, "response");
    const [chunk] = await once(response, "data");
    return { text: String(chunk), leave: () => asking.destroy() };
  };

  it("and says so by its kind goes through as it comes", async () => {
    await using source = await startTalking((socket) => {
      socket.write(`${head("HTTP/1.1 200 OK", fresh, "Content-Type: text/event-stream")}data: 1\n\n`);
    });
    await using app = await startCached(source.yaml());

    const { text, leave } = await first(`${app.url}/a`);
    leave();
    while (source.closed === 0) await pause(5);

    expect(text).toBe("data: 1\n\n");
  });

  it("is not read any further when everybody who waited has left", async () => {
    await using source = await startTalking((socket) => {
      socket.write(`${head("HTTP/1.1 200 OK", fresh, "Content-Length: 100")}half`);
    });
    await using app = await startCached(source.yaml());

    const asking = [1, 2].map(() =>
      request(`${app.url}/a`, { agent: false })
        .on("error", () => {})
        .end(),
    );
    while (((await app.plugins.metrics())["cache"]?.own?.["collapsed"] ?? 0) < 1) await pause(5);
    await pause(50);
    for (const one of asking) one.destroy();
    while (source.closed === 0) await pause(5);

    expect([source.asked, source.closed]).toEqual([1, 1]);
  });

  it("is not waited for longer than ten seconds, nor stored", async () => {
    await using source = await startTalking((socket) => {
      socket.write(`${head("HTTP/1.1 200 OK", fresh, "Transfer-Encoding: chunked")}3\r\none\r\n`);
    });
    await using app = await startCached(source.yaml());

    const coming = first(`${app.url}/a`);
    while (source.asked === 0) await pause(5);
    await pause(50);
    await app.clock.advance(10_000);
    const { text, leave } = await coming;
    leave();
    while (source.closed === 0) await pause(5);

    expect(text).toBe("one");
    expect((await app.plugins.metrics())["cache"]?.own).toMatchObject({ entries: 0 });
  });
});
