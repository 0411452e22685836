import type { Exchange } from "@backworks/core";
import type { Dispatcher } from "undici";

/** One server that requests are sent to. */
export interface Target {
  /** As the configuration names it; otherwise its origin. */
  readonly name: string;
  /** `http://host:port`, without a slash at the end. */
  readonly origin: string;
  /** What stands before every path on this server: empty, or begins with a slash and does not end with one. */
  readonly path: string;
  /** Its connections. Whoever opened it closes it. */
  readonly dispatcher: Dispatcher;
  /** For connections beside the dispatcher, such as upgrades; `undefined` where nothing is said. */
  readonly tls: TargetTls | undefined;
  /** Milliseconds for a new connection; `Infinity` for no limit. */
  readonly connectMs: number;
  /** Attempts and upgraded connections that are under way. */
  inFlight: number;
}

/** How a target proves who it is, and how we do. */
export interface TargetTls {
  /** Certificates to trust instead of those of Node, as PEM. */
  readonly ca: string | undefined;
  /** Our certificate, as PEM. */
  readonly cert: string | undefined;
  /** Its key, as PEM. */
  readonly key: string | undefined;
  /** Name that the certificate must have, instead of the host. */
  readonly servername: string | undefined;
  /** Whether a certificate that is not trusted ends the connection. */
  readonly rejectUnauthorized: boolean;
}

/** Where an endpoint forwards to: a choice of targets. */
export interface Upstream {
  /** As the configuration names it. */
  readonly name: string;
  /** Chooses for one attempt; `undefined` when none is available. `tried` are those that this request had already. */
  pick(exchange: Exchange, tried: readonly Target[]): Target | undefined;
  /** Told once how an attempt ended: for passive health, counters, budgets. */
  report(target: Target, attempt: EndedAttempt): void;
  /** `Set-Cookie` that keeps a client at its target, when there is something to say; not there when clients are not kept. */
  readonly cookieFor?: ((exchange: Exchange, target: Target) => string | undefined) | undefined;
}

/** How an attempt ended. */
export type AttemptOutcome =
  /** A whole head came; `ms` is the time until then. */
  | { readonly kind: "answered"; readonly status: number; readonly ms: number }
  | { readonly kind: "failed"; readonly failure: UpstreamFailure }
  /** The client went away, or a limit of the request itself fired. */
  | { readonly kind: "cancelled" };

/** How an attempt ended, and with which method it was made. */
export type EndedAttempt = AttemptOutcome & { readonly method: string };

/** Why no answer came, or not all of it. */
export type UpstreamFailure = "connect" | "reset" | "timeout" | "protocol";
