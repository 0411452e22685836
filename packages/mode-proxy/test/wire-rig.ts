import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { defineMode } from "@backworks/core";
import type { ModeContext, Scheduler } from "@backworks/core";
import type { Client } from "undici";
import { startApp } from "@backworks/core/testing";
import type { StartAppOptions, StartedApp } from "@backworks/core/testing";
import type { ForwardPlan } from "../src/options/plan.ts";
import type { AttemptOutcome, Target } from "../src/upstream/target.ts";
import { ClientPool } from "../src/wire/client-pool.ts";
import { createUpgrader } from "../src/websocket/upgrader.ts";
import { createForwarder } from "../src/wire/forwarder.ts";

/** What a scripted upstream does with a request, of which the head is there. */
export type Script = (socket: Socket, request: ScriptedRequest) => void;

export interface ScriptedRequest {
  /** Everything that came over this connection for it so far, as Latin 1. */
  text(): string;
  /** Resolves when the text matches. */
  until(pattern: RegExp): Promise<string>;
}

/** An upstream on bare sockets. */
export interface ScriptedUpstream extends AsyncDisposable {
  readonly port: number;
  /** Sockets that are open now. */
  readonly open: ReadonlySet<Socket>;
  /** Texts of all requests, in order. */
  readonly requests: string[];
  /** Connections that were ever made. */
  connections: number;
}

/** @param port a free one when it is 0 */
export async function startUpstream(script: Script, port = 0): Promise<ScriptedUpstream> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    upstream.connections += 1;
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    serve(socket, script, upstream.requests);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const upstream: ScriptedUpstream = {
    port: (server.address() as AddressInfo).port,
    open,
    requests: [],
    connections: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return upstream;
}

/** One request after another: the next one begins with a line that names a method. */
function serve(socket: Socket, script: Script, requests: string[]): void {
  let text = "";
  let index = -1;
  const waiting = new Set<() => void>();
  socket.on("data", (chunk) => {
    const piece = chunk.toString("latin1");
    if (index < 0 || /^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(piece)) {
      text = "";
      index = requests.push("") - 1;
    }
    const before = text.includes("\r\n\r\n");
    text += piece;
    requests[index] = text;
    for (const look of waiting) look();
    if (before || !text.includes("\r\n\r\n")) return;
    const own = index;
    const read = (): string => requests[own] ?? "";
    script(socket, { text: read, until: (pattern) => untilMatch(read, pattern, waiting) });
  });
  socket.on("end", () => socket.end());
}

function untilMatch(read: () => string, pattern: RegExp, waiting: Set<() => void>): Promise<string> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!pattern.test(read())) return;
      waiting.delete(look);
      resolve(read());
    };
    waiting.add(look);
    look();
  });
}

/** An upstream that answers every request with the same bytes; `close` ends the connection behind them. */
export function answering(bytes: string | Uint8Array, { close = false } = {}): Script {
  return (socket) => {
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    if (close) socket.end();
  };
}

export interface ProxyOptions extends Partial<Pick<StartAppOptions, "plugins">> {
  readonly plan?: Partial<ForwardPlan>;
  readonly server?: string;
  readonly endpoint?: string;
  /** A further endpoint. */
  readonly extra?: string;
  readonly connections?: number;
  readonly targetPath?: string;
}

/** A server that forwards everything below `/` by a plan. */
export interface StartedProxy extends AsyncDisposable {
  readonly app: StartedApp;
  readonly port: number;
  readonly target: Target;
  /** How attempts ended. */
  readonly outcomes: AttemptOutcome[];
  /** Loads another configuration: with keys of the endpoint, with an endpoint besides. */
  reload(options: ProxyOptions): Promise<unknown>;
}

/** A pool whose timers are those of the machine. */
export function createPool(origin: string, most: number, options: Client.Options = {}): ClientPool {
  const after: Scheduler["after"] = (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  };
  const optionsFor = (): Client.Options => ({ headersTimeout: 0, bodyTimeout: 0, ...options });
  return new ClientPool(origin, { most, scheduler: { after }, optionsFor });
}

export const noLimits = { headersMs: Infinity, idleMs: Infinity, totalMs: Infinity };

export async function startProxy(upstreamPort: number, options: ProxyOptions = {}): Promise<StartedProxy> {
  const outcomes: AttemptOutcome[] = [];
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const pool = createPool(origin, options.connections ?? 100);
  const dispatcher = pool.within(2000);
  const { targetPath: path = "" } = options;
  const target: Target = { name: "one", origin, path, dispatcher, tls: undefined, connectMs: 2000, inFlight: 0 };
  const plan: ForwardPlan = {
    endpoint: "all",
    upstream: {
      name: "test",
      pick: () => target,
      report: (_target, { method: _, ...outcome }) => void outcomes.push(outcome),
    },
    timeouts: noLimits,
    retries: undefined,
    forwarded: "both",
    via: "backworks",
    preserveHost: false,
    method: undefined,
    toPath: ({ request }) => request.url,
    editRequest: undefined,
    editResponse: undefined,
    tap: undefined,
    ...options.plan,
  };
  const app = await startApp({ yaml: yamlOf(options), modes: [modeOf(plan)], plugins: options.plugins ?? [] });
  return {
    app,
    port: Number(new URL(app.url).port),
    target,
    outcomes,
    reload(next) {
      app.write("backworks.yaml", yamlOf({ ...options, ...next }));
      return app.reload();
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await pool.destroy();
    },
  };
}

function yamlOf({ server = "{}", endpoint = "", extra = "", plugins: given = [] }: ProxyOptions): string {
  const methods = "methods: [GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD]";
  const plugins = given.length === 0 ? "" : `plugins: { ${given.map(({ name }) => `${name}: {}`).join(", ")} }\n`;
  return `name: test\nserver: ${server}\n${plugins}endpoints:\n  all: { path: /*, ${methods}, forward: {}, ${endpoint} }\n  ${extra}\n`;
}

function modeOf(plan: ForwardPlan): ReturnType<typeof defineMode<ModeContext>> {
  return defineMode<ModeContext>({
    name: "forward",
    description: "forwards by a plan",
    endpointKeys: { forward: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } } },
    needs: { requestStream: true, ownTime: true },
    open: (context) => context,
    compile: ({ path, methods }, context) => [
      { path, methods, handler: createForwarder(plan, context), upgrade: createUpgrader(plan, context) },
    ],
  });
}

/** Everything that comes back for raw bytes until the connection ends. */
export function talk(port: number, text: string | Uint8Array): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
  return readAll(socket);
}

export function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  return new Promise((resolve) => socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1"))));
}

/** A request head that asks for the connection to end with the answer. */
export function head(method: string, path: string, lines: readonly string[] = []): string {
  return [`${method} ${path} HTTP/1.1`, "host: shop.test", "connection: close", ...lines, "", ""].join("\r\n");
}

/** Waits for what happens in its own time. */
export async function until(condition: () => boolean, limitMs = 15_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it is not so after ${limitMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
