import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Scheduler } from "../clock.ts";
import { isBackworksError } from "../errors.ts";
import type { ServerSettings } from "../model/app.ts";
import type { Generation } from "../pipeline/generation.ts";
import { openConnections } from "./connections.ts";
import type { Credentials } from "./credentials.ts";
import { openDoor } from "./door.ts";
import type { Address, Door } from "./door.ts";
import type { Change, Follower } from "./follower.ts";
import type { ListenOverride, LoadedGeneration } from "./generation.ts";
import type { Host } from "./host.ts";
import { createHttpServer } from "./http.ts";
import type { MakeServer } from "./http.ts";
import type { Listening } from "./listen.ts";
import type { OverloadGuard } from "./overload.ts";

/** Milliseconds for which a server that goes down still answers who asks. */
const noticeMs = 250;

/** A connection that was opened in that time and has sent nothing does not mean to. */
const silentMs = 1000;

/** Where requests come in. It follows host, port and TLS of the generation that serves. */
export interface Gate extends Follower {
  readonly listening: Listening;
  /** Takes no more connections, lets requests end, then cuts what is left. */
  close(limitMs: number): Promise<void>;
}

export interface GateParts {
  readonly host: Pick<Host, "current" | "underWay">;
  readonly scheduler: Scheduler;
  readonly guard: OverloadGuard | undefined;
  /** What counts instead of the configuration. */
  readonly override: ListenOverride;
}

/** @throws BW_PORT_IN_USE, BW_LISTEN_FAILED */
export async function openGate(parts: GateParts): Promise<Gate> {
  const first = await makeOpening(parts, parts.host.current(), undefined);
  return new OpenGate(parts, first);
}

/** A door with the server behind it, as some generation asks for them. */
interface Opening {
  readonly door: Door;
  readonly server: Server;
  readonly settings: ServerSettings;
  readonly scheme: "http" | "https";
  /** A door that had to be closed for this one. */
  readonly inPlaceOf?: Door | undefined;
}

class OpenGate implements Gate {
  readonly #parts: GateParts;
  #opening: Opening;
  /** Servers that take no more connections and still have some. */
  readonly #leaving = new Set<Server>();

  constructor(parts: GateParts, opening: Opening) {
    this.#parts = parts;
    this.#opening = opening;
  }

  get listening(): Listening {
    const { door, scheme } = this.#opening;
    const { port, url } = door.listening;
    return { port, url: url.replace(/^http/, scheme) };
  }

  /** What can fail is done here: a port is taken before the one before is given up. */
  async prepare(next: LoadedGeneration): Promise<Change> {
    const before = this.#opening;
    const { server: settings } = next.generation.app;
    if (!isOtherServer(before.settings, settings) && !isOtherDoor(before.door, settings, this.#parts)) {
      return { commit: () => this.#renew(next), abandon() {} };
    }
    const opening = await makeOpening(this.#parts, next, before);
    return {
      commit: () => this.#replace(before, opening),
      abandon: () => this.#abandon(opening),
    };
  }

  #abandon({ door, server, inPlaceOf }: Opening): void {
    if (door !== this.#opening.door) door.close();
    server.close();
    inPlaceOf?.reopen().catch((error: unknown) => {
      this.#parts.host.current().generation.logger.error("the port of this server was taken while it was reloaded", {
        error,
      });
    });
  }

  async close(limitMs: number): Promise<void> {
    const { door, server } = this.#opening;
    // Whoever asks whether we are ready is told that we are not, as long as there is anybody. A connection that is kept gets a last
    // answer in that time, which asks its client to leave: closed at once, it might be closed upon a request.
    if (this.#parts.host.underWay().length > 0 || openConnections(server).size > 0)
      await this.#pause(Math.min(noticeMs, limitMs));
    door.close();
    this.#leave(server, 0);
    const servers = [...this.#leaving];
    const cut = (): void => {
      for (const one of servers) for (const socket of openConnections(one)) socket.destroy();
    };
    const cancel = limitMs === Infinity ? undefined : this.#parts.scheduler.after(limitMs, cut);
    await Promise.all(servers.map(left));
    cancel?.();
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#parts.scheduler.after(delayMs, resolve));
  }

  /** The door and its server go on, with new certificates maybe. */
  #renew({ generation, credentials }: LoadedGeneration): void {
    const { server, settings } = this.#opening;
    const tls = generation.app.server.tls;
    if (credentials !== undefined && tls?.identity !== settings.tls?.identity) setCredentials(server, credentials);
    this.#opening = { ...this.#opening, settings: generation.app.server };
  }

  #replace(before: Opening, next: Opening): void {
    this.#opening = next;
    next.door.leadTo(next.server);
    if (next.door !== before.door) before.door.close();
    // A client may have sent a request over a connection that looks idle from here.
    this.#leave(before.server, noticeMs);
  }

  /** Its connections end with the responses that are under way. */
  #leave(server: Server, idleMs: number): void {
    this.#leaving.add(server);
    server.prependListener("request", (_message, answer) => {
      answer.shouldKeepAlive = false;
    });
    for (const { message, answer } of this.#parts.host.underWay()) {
      if (serverOf(message.socket) === server) answer.shouldKeepAlive = false;
    }
    const { scheduler } = this.#parts;
    const cancels = [
      scheduler.after(idleMs, () => server.closeIdleConnections()),
      // Whoever connects in store and sends nothing is not waited for.
      scheduler.after(silentMs, () => closeSilent(server)),
    ];
    void left(server).then(() => {
      for (const cancel of cancels) cancel();
      this.#leaving.delete(server);
      // It never listened itself; what this ends is its watch over slow connections.
      server.close();
    });
  }
}

async function makeOpening(
  parts: GateParts,
  { generation, credentials }: LoadedGeneration,
  before: Opening | undefined,
): Promise<Opening> {
  const settings = generation.app.server;
  const make = credentials === undefined ? undefined : await secureServers(credentials, settings);
  const current = (): Generation => parts.host.current().generation;
  const server = createHttpServer(current, { guard: parts.guard, make });
  // What a server begins when it listens: the door listens for it.
  server.emit("listening");
  const scheme = credentials === undefined ? "http" : "https";
  if (before !== undefined && !isOtherDoor(before.door, settings, parts))
    return { door: before.door, server, settings, scheme };
  try {
    return { ...(await openAt(addressOf(settings, parts), server, before?.door)), server, settings, scheme };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** A port cannot be listened on for all addresses and for one of them at a time: there the door before closes first. */
async function openAt(
  at: Address,
  server: Server,
  before: Door | undefined,
): Promise<{ readonly door: Door; readonly inPlaceOf?: Door }> {
  try {
    return { door: await openDoor(at, server) };
  } catch (error) {
    if (before === undefined || !isBackworksError(error) || before.listening.port !== at.port) throw error;
    before.close();
    try {
      return { door: await openDoor(at, server), inPlaceOf: before };
    } catch (again) {
      await before.reopen();
      throw again;
    }
  }
}

function addressOf({ host, port }: ServerSettings, { override }: GateParts): Address {
  return { host: override.host ?? host, port: override.port ?? port };
}

function isOtherDoor({ at }: Door, settings: ServerSettings, parts: GateParts): boolean {
  const { host, port } = addressOf(settings, parts);
  return at.host !== host || at.port !== port;
}

/** Whether a server cannot be given what is different. */
function isOtherServer(before: ServerSettings, next: ServerSettings): boolean {
  return (
    (before.tls === undefined) !== (next.tls === undefined) ||
    before.tls?.mutual !== next.tls?.mutual ||
    before.timeouts.checkIntervalMs !== next.timeouts.checkIntervalMs
  );
}

async function secureServers(
  { context, settings: { mutual } }: Credentials,
  { timeouts }: ServerSettings,
): Promise<MakeServer> {
  const { createServer } = await import("node:https");
  const handshakeTimeout = Math.min(timeouts.headersMs, 2 ** 31 - 1);
  return (options, listener) => {
    const whole = { ...options, ...context, requestCert: mutual, rejectUnauthorized: mutual, handshakeTimeout };
    return createServer(whole, listener);
  };
}

function setCredentials(server: Server, { context }: Credentials): void {
  // It was made by `secureServers`: one without TLS would have been replaced.
  (server as unknown as { setSecureContext(options: object): void }).setSecureContext(context);
}

/** The server that a connection was led to; Node notes it there. */
function serverOf(socket: Duplex & { readonly server?: unknown }): unknown {
  return socket.server;
}

/** Resolves when a server has no connection any more. */
async function left(server: Server): Promise<void> {
  for (const socket of openConnections(server)) {
    if (!socket.destroyed) await new Promise((resolve) => socket.once("close", resolve));
  }
}

/** Cuts connections over which nothing ever came. */
function closeSilent(server: Server): void {
  for (const socket of openConnections(server) as ReadonlySet<Duplex & { readonly bytesRead?: number }>) {
    if (socket.bytesRead === 0) socket.destroy();
  }
}
