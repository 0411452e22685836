import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server } from "node:http";

/** A request as the control listener gets it. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PlainAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** What a command sends is short. */
const mostBytes = 1_048_576;

/** A server of JSON answers that has nothing to do with an App. */
export function createPlainServer(answer: (request: PlainRequest) => Promise<PlainAnswer>): Server {
  return createServer((message, response) => {
    const { method = "GET", url = "/", headers } = message;
    readText(message)
      .then((body) => answer({ method, url, headers, body }))
      .catch((error: unknown) => ({
        status: 500,
        body: { message: error instanceof Error ? error.message : String(error) },
      }))
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
        response.end(JSON.stringify(body));
      })
      // The client went away; there is nobody to tell.
      .catch(() => {});
  });
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A message that nobody set an encoding for gives bytes.
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > mostBytes) throw new Error(`the request is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
