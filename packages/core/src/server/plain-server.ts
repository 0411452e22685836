import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";

/** A request without a body, as the control listener gets it. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface PlainAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** A server of JSON answers that has nothing to do with an App. */
export function createPlainServer(answer: (request: PlainRequest) => Promise<PlainAnswer>): Server {
  return createServer((message, response) => {
    const { method = "GET", url = "/", headers } = message;
    message.resume();
    answer({ method, url, headers })
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
