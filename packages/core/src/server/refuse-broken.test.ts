import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import type { Generation } from "../pipeline/generation.ts";
import { Upload } from "../pipeline/upload.ts";
import { silentLogger } from "../logger.ts";
import { refuseBroken } from "./refuse-broken.ts";

/** As much of a generation as is looked at. */
function generationWith(streamMs: number): Generation {
  const app = { globalHeaders: [], server: { timeouts: { streamMs }, limits: {} } };
  return { app, logger: silentLogger } as unknown as Generation;
}

/** What becomes of a slow upload that somebody takes as it comes, or nobody, when the parser says that its time is over. */
async function outcomeOf(streamMs: number, isTaken: boolean): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has one.
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nab");
  const [message] = (await once(server, "request")) as [IncomingMessage];
  const heard = new Promise<string>((resolve) => {
    let text = "";
    const sink = {
      write: (chunk: Uint8Array) => Boolean((text += Buffer.from(chunk).toString())),
      end: () => resolve(text),
      fail: (error: unknown) => resolve(String(error)),
    };
    if (isTaken) new Upload(message, Infinity, () => {}).start(sink);
    else message.on("error", (error) => resolve(String(error)));
  });
  refuseBroken(generationWith(streamMs), { name: "", message: "", code: "ERR_HTTP_REQUEST_TIMEOUT" }, message.socket);
  client.write("cd");
  const outcome = await heard;
  client.destroy();
  server.closeAllConnections();
  server.close();
  return outcome;
}

describe("a request that takes longer than it may", () => {
  it.each([
    [Infinity, true, "abcd"],
    [1000, true, "BackworksError: the request did not arrive in time"],
    [Infinity, false, "BackworksError: the request did not arrive in time"],
  ])("with %d ms for streams, taken as it comes: %s, comes to %j", async (streamMs, isTaken, outcome) => {
    expect(await outcomeOf(streamMs, isTaken)).toBe(outcome);
  });
});
