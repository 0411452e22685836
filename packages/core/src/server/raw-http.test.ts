import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { chunks, lengths } from "../../test/raw-http/bodies.ts";
import type { RawCase } from "../../test/raw-http/case.ts";
import { connections } from "../../test/raw-http/connections.ts";
import { fields, hosts } from "../../test/raw-http/fields.ts";
import { paths, requestLines } from "../../test/raw-http/request-lines.ts";
import { createRandom } from "../random.ts";
import { serve } from "./serve.ts";
import type { RunningApp } from "./serve.ts";

const config = {
  name: "raw",
  logging: { enabled: false },
  endpoints: {
    users: { path: "/users", mock: { body: "users" } },
    one: { path: "/one/{id}", mock: { body: "one" } },
    echo: { path: "/echo", methods: ["POST"], mock: { body: "${body}" } },
    slow: { path: "/slow", mock: { body: "slow", delay: "20ms" } },
    alive: { path: "/alive", mock: { headers: { "x-alive": "yes" }, body: "alive" } },
  },
};

let app: RunningApp;
beforeAll(async () => {
  app = await serve({ config, port: 0, host: "127.0.0.1", env: {} });
});
afterAll(() => app.close());

/** Ways to cut bytes into packets. */
const cuts = {
  "in one piece": (bytes: Buffer) => [bytes],
  "byte by byte": (bytes: Buffer) => piecesOf(bytes, () => (bytes.length > 3000 ? 1021 : 1)),
  "in pieces of any size": (bytes: Buffer) => {
    const random = createRandom(bytes.length);
    return piecesOf(bytes, () => 1 + Math.floor(random() * Math.min(bytes.length, 5000)));
  },
};

function piecesOf(bytes: Buffer, size: () => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let from = 0, to = 0; from < bytes.length; from = to) {
    to = from + size();
    pieces.push(bytes.subarray(from, to));
  }
  return pieces;
}

const probe = "GET /alive HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";

/** Sends pieces one after another and gives what came back once the connection is closed; what waits longer hangs. */
async function talk(pieces: readonly Buffer[], isOpen: boolean, count: number): Promise<string> {
  const socket = connect(app.port, "127.0.0.1");
  socket.setNoDelay(true);
  let received = "";
  let sent = false;
  // Whatever was sent has been answered: the connection must take the next request for what it is.
  const goOn = (): void => {
    if (!isOpen || !sent || statusesOf(received).length < count || !isWhole(received)) return;
    sent = false;
    socket.write(probe);
  };
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    goOn();
  });
  // A server that has refused a request may reset what is sent to it afterwards.
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("end", resolve).once("close", () => resolve()));
  const hanging = setTimeout(() => socket.destroy(), 8000);
  await sendAll(socket, pieces);
  sent = true;
  goOn();
  await closed;
  clearTimeout(hanging);
  socket.destroy();
  return received;
}

async function sendAll(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    if (!socket.writable) return;
    const flushed = socket.write(piece);
    if (!flushed) await new Promise<void>((resolve) => socket.once("drain", resolve).once("close", () => resolve()));
    await new Promise(setImmediate);
  }
}

/** Whether the last response came with all of its body. */
function isWhole(text: string): boolean {
  const last = text.slice(text.lastIndexOf("HTTP/1.1 "));
  const end = last.indexOf("\r\n\r\n");
  return end >= 0;
}

function statusesOf(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? "");
}

const areas: Readonly<Record<string, readonly RawCase[]>> = {
  "request lines": requestLines,
  paths,
  hosts,
  fields,
  lengths,
  chunks,
  connections,
};

describe.each(Object.entries(areas))("%s", (_area, cases) => {
  describe.each(Object.entries(cuts))("%s", (_cut, cut) => {
    it.each(cases)("%s", async (_name, bytes, answers) => {
      const expected = answers.split(" ");
      const isOpen = expected.pop() === "open";

      const received = await talk(cut(Buffer.from(bytes, "latin1")), isOpen, expected.length);

      const statuses = statusesOf(received);
      const probed = isOpen ? statuses.pop() : undefined;
      expect([probed, received.includes("x-alive: yes")]).toEqual([isOpen ? "200" : undefined, isOpen]);
      expect(statuses).toEqual(
        expected.map((status, at) => (status.split("|").includes(statuses[at] ?? "") ? statuses[at] : status)),
      );
      expect(received).not.toMatch(/\n\s+at |node:internal/);
    });
  });
});

describe("every refusal", () => {
  it("is a problem with a request id, and tells that the connection ends", async () => {
    const received = await talk([Buffer.from("GET / HTTP/1.1\r\nHost : x\r\n\r\n")], false, 1);

    const [head = "", body = ""] = received.split("\r\n\r\n");
    const id = /^x-request-id: ([0-9a-f]{32})$/m.exec(head)?.[1];
    expect(head).toContain("content-type: application/problem+json\r\n");
    expect(head).toContain("connection: close\r\n");
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: "BW_REQUEST_MALFORMED", requestId: id });
  });

  it.each([
    [
      "GET / HTTP/1.2\r\nHost: x\r\n\r\n",
      "505 HTTP Version Not Supported",
      "only HTTP/1.0 and HTTP/1.1 are spoken here",
    ],
    ["GET /\r\n\r\n", "505 HTTP Version Not Supported", "only HTTP/1.0 and HTTP/1.1 are spoken here"],
    ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented", "gzip, chunked"],
  ])("tells the client why it can be answered nowhere: %j", async (bytes, status, detail) => {
    const received = await talk([Buffer.from(bytes)], false, 1);

    const [head = "", body = ""] = received.split("\r\n\r\n");
    expect(head.split("\r\n", 1)).toEqual([`HTTP/1.1 ${status}`]);
    expect(JSON.parse(body)).toMatchObject({ title: status.slice(4), detail: expect.stringContaining(detail) });
  });

  it("has at least two hundred cases of ours behind it", () => {
    expect(Object.values(areas).flat().length).toBeGreaterThanOrEqual(200);
  });
});
