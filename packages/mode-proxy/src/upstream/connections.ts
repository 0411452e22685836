import type { Scheduler } from "@backworks/core";
import { buildConnector } from "undici";
import type { Client, Dispatcher } from "undici";
import { ClientPool } from "../wire/client-pool.ts";
import type { Shared } from "./registry.ts";
import type { TargetTls } from "./target.ts";

/** How connections to a server are made and kept. */
export interface ConnectionSettings {
  readonly tls: TargetTls | undefined;
  /** Most at once; `undefined` for no limit. */
  readonly connections: number | undefined;
  /** How long one without a request is kept, in milliseconds; `undefined` for as long as the server says, or 4 s. */
  readonly keepAliveMs: number | undefined;
}

/** Connections to one server, whatever time a new one may take. */
export class Connections implements Shared {
  readonly #pool: ClientPool;
  readonly #settings: ConnectionSettings;

  constructor(origin: string, settings: ConnectionSettings, scheduler: Scheduler) {
    this.#settings = settings;
    this.#pool = new ClientPool(origin, {
      most: settings.connections ?? Infinity,
      scheduler,
      optionsFor: (connectMs) => this.#optionsFor(connectMs),
    });
  }

  /** The same connections; a new one may take so many milliseconds. */
  within(connectMs: number): Dispatcher {
    return this.#pool.within(connectMs);
  }

  /** What is under way is cut: whoever waited for it has gone. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #optionsFor(connectMs: number): Client.Options {
    const { tls, keepAliveMs } = this.#settings;
    return {
      keepAliveTimeout: keepAliveMs ?? usualKeepAliveMs,
      // A server may say how long it keeps a connection; it is believed up to here.
      keepAliveMaxTimeout: keepAliveMs ?? longestKeepAliveMs,
      // Limits of a request belong to its endpoint, which says them with each.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: createConnector(tls, connectMs),
    };
  }
}

const usualKeepAliveMs = 4000;
const longestKeepAliveMs = 60_000;

/** A server behind TLS has the name that the configuration gives it, whatever `Host` a request has. */
function createConnector(tls: TargetTls | undefined, connectMs: number): buildConnector.connector {
  const timeout = Number.isFinite(connectMs) ? connectMs : 0;
  const connect = buildConnector({ ...connectOptions(tls), timeout });
  return (options, callback) => connect({ ...options, servername: "" }, callback);
}

/** What `tls.connect` takes. A host with several addresses is tried at one after another (RFC 8305). */
function connectOptions(tls: TargetTls | undefined): Record<string, unknown> {
  const given = Object.entries(tls ?? {}).filter(([, value]) => value !== undefined);
  return { autoSelectFamily: true, ...Object.fromEntries(given) };
}
