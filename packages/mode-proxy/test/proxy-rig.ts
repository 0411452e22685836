import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startApp } from "@backworks/core/testing";
import type { StartAppOptions, StartedApp } from "@backworks/core/testing";
import { proxy } from "../src/mode.ts";

/** A request as an upstream got it. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Answers one request of which everything is there. */
export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** A server behind the proxy. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** Requests in order. */
  readonly seen: SeenRequest[];
  /** Answers from now on. */
  answer: Answer;
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Ends it now, connections too. */
  stop(): Promise<void>;
}

/** A server on a free port of 127.0.0.1; tells as JSON what it got when no answer is given. */
export async function startServer(answer: Answer = tell): Promise<TestServer> {
  const server = createServer((message, response) => {
    read(message)
      .then((seen) => {
        started.seen.push(seen);
        started.answer(response, seen);
      })
      .catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const started: TestServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    answer,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    stop: () => (ended ??= end()),
    [Symbol.asyncDispose]: () => started.stop(),
  };
  return started;
}

async function read(message: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const { method = "", url = "", headers } = message;
  return { method, url, headers, body: Buffer.concat(chunks).toString() };
}

/** Answers with what was asked. */
export const tell: Answer = (response, { method, url, headers, body }) =>
  sendJson(response, 200, { method, url, headers, body });

/** Moves the clock until nobody is connected to a server any more; the caller's time limit ends the wait. */
export async function abandoned(server: TestServer, app: Pick<StartedApp, "clock">): Promise<void> {
  while ((await server.connections()) > 0) {
    await app.clock.advance(10);
    await sleep(1);
  }
}

/** Asks, leaves once something holds, and waits until nobody is connected to a server any more; time does not move. */
export async function leave(url: string, server: TestServer, once: () => boolean): Promise<void> {
  const asked = request(url).on("error", () => {});
  asked.end();
  while (!once()) await sleep(1);
  asked.destroy();
  while ((await server.connections()) > 0) await sleep(1);
}

/** The first request a server got. */
export function firstOf({ seen }: TestServer): SeenRequest {
  const [first] = seen;
  if (first === undefined) throw new Error("nobody asked");
  return first;
}

type Sent = [response: ServerResponse, status: number, value: unknown, headers?: Record<string, string | string[]>];

/** Answers with JSON. */
export function sendJson(...[response, status, value, headers = {}]: Sent): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Serves a configuration in which `proxy` is known. */
export function startProxy(yaml: string, options: Partial<StartAppOptions> = {}): Promise<StartedApp> {
  return startApp({ modes: [proxy], ...options, yaml });
}

/** Moves time on, a little at a time, until something holds. */
export async function until(app: Pick<StartedApp, "clock">, holds: () => boolean, stepMs: number = 10): Promise<void> {
  for (let step = 0; step < 2000; step += 1) {
    if (holds()) return;
    await app.clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("it never held");
}
