import { buildConnector } from "undici";
import type { Dispatcher } from "undici";
import { ClientPool } from "../wire/client-pool.ts";
import type { Shared } from "./registry.ts";
import type { TargetTls } from "./target.ts";

/** How connections to a server are made and kept. */
export interface ConnectionSettings {
  readonly tls: TargetTls | undefined;
  /** Most at once; `undefined` for no limit. */
  readonly connections: number | undefined;
  /** How long one without a request is kept, in milliseconds. */
  readonly keepAliveMs: number;
}

/** Connections to one server. */
export class Connections implements Shared {
  readonly dispatcher: Dispatcher;

  constructor(origin: string, { tls, connections, keepAliveMs }: ConnectionSettings, connectMs: number) {
    this.dispatcher = new ClientPool(origin, connections ?? Infinity, {
      keepAliveTimeout: keepAliveMs,
      // A server may say how long it keeps a connection; it is believed up to here.
      keepAliveMaxTimeout: Math.max(keepAliveMs, longestKeepAliveMs),
      // Limits of a request belong to its endpoint, which says them with each.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: createConnector(tls, connectMs),
    });
  }

  /** What is under way is cut: whoever waited for it has gone. */
  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }
}

const longestKeepAliveMs = 60_000;

/** A server behind TLS has the name that the configuration gives it, whatever `Host` a request has. */
function createConnector(tls: TargetTls | undefined, connectMs: number): buildConnector.connector {
  const timeout = Number.isFinite(connectMs) ? connectMs : 0;
  const connect = buildConnector({ ...connectOptions(tls), timeout });
  return (options, callback) => connect({ ...options, servername: "" }, callback);
}

/** What `tls.connect` takes. A host with several addresses is tried at one after another (RFC 8305). */
export function connectOptions(tls: TargetTls | undefined): Record<string, unknown> {
  const given = Object.entries(tls ?? {}).filter(([, value]) => value !== undefined);
  return { autoSelectFamily: true, ...Object.fromEntries(given) };
}
