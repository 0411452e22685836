import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { startApp } from "@backworks/core/testing";
import type { StartAppOptions, StartedApp } from "@backworks/core/testing";
import proxy from "@backworks/mode-proxy";
import { cache } from "../src/plugin.ts";

/** Answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server behind the cache. */
export interface Origin extends AsyncDisposable {
  readonly url: string;
  /** Requests it got, in order. */
  readonly seen: IncomingMessage[];
  /** Answers from now on. */
  answer: Answer;
}

/** A server on a free port of 127.0.0.1. */
export async function startOrigin(answer: Answer): Promise<Origin> {
  const server = createServer((request, response) => {
    origin.seen.push(request);
    origin.answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin: Origin = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    answer,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return origin;
}

/** Answers with a count of requests, and with these fields. */
export function counting(fields: Record<string, string | string[]>, status: number = 200): Answer {
  let count = 0;
  return (_request, response) => {
    count += 1;
    response.writeHead(status, fields);
    response.end(String(count));
  };
}

/** Serves a configuration in which the cache and proxy mode are known. */
export function startCached(yaml: string, options: Partial<StartAppOptions> = {}): Promise<StartedApp> {
  return startApp({ modes: [proxy], plugins: [cache], ...options, yaml });
}

/** A proxy to an origin with the cache before it, its options as YAML in one line. */
export function proxyYaml(
  origin: Origin,
  { cache: options = "{}", endpoint = "true" }: { cache?: string; endpoint?: string } = {},
): string {
  return [
    "name: shop",
    `plugins: { cache: ${options} }`,
    "endpoints:",
    `  all: { path: "/*", methods: [GET, POST, PUT, DELETE], cache: ${endpoint}, proxy: "${origin.url}" }`,
  ].join("\n");
}

/** What a response says that tests look at. */
export async function told(
  response: Response,
): Promise<{ status: number; body: string; cache: string; age: string | null }> {
  const cacheStatus = response.headers.get("cache-status") ?? "";
  return { status: response.status, body: await response.text(), cache: cacheStatus, age: response.headers.get("age") };
}

/** Asks without the fields that `fetch` adds to a conditional request. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent: false, ...options }, (message) => {
      const chunks: Uint8Array[] = [];
      message.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      message.once("end", () => {
        const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        );
        const { statusCode: status = 0 } = message;
        resolve(new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers }));
      });
      message.once("error", reject);
    });
    asking.once("error", reject).end();
  });
}
