import { request } from "node:http";
import type { Duplex } from "node:stream";

/** What is sent by `sendOver`. */
export interface OutgoingRequest {
  /** In any case. */
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** In any case; an array repeats the name. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** A text is sent as UTF-8. */
  readonly body?: string | Uint8Array | undefined;
}

/** What came back. Header names in lower case. */
export interface IncomingAnswer {
  /** HTTP status. */
  readonly status: number;
  /** An array only where a name repeats and must not be joined. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Empty when there is none. */
  readonly body: Uint8Array;
}

/** Sends one request over a connection that is there already. */
export function sendOver(connection: Duplex, { method, url, headers, body }: OutgoingRequest): Promise<IncomingAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method: method.toUpperCase(),
      path: url,
      headers: { host: "localhost", connection: "close", ...lengthOf(body), ...(headers as Record<string, string>) },
      createConnection: () => connection,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("error", reject);
      message.on("end", () => {
        const { statusCode: status = 0 } = message;
        // Node leaves out names without a value.
        resolve({ status, headers: message.headers as IncomingAnswer["headers"], body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(body);
  });
}

function lengthOf(body: string | Uint8Array | undefined): Record<string, string> {
  return body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
}
