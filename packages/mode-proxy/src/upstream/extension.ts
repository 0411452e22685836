import type { ServiceKey } from "@backworks/core";
import { defineService } from "@backworks/core";
import type { CreateBalancer } from "./balancer.ts";
import type { EndedAttempt } from "./target.ts";

/** What a plugin adds to every upstream, offered as the service {@link upstreamExtension}. */
export interface UpstreamExtension {
  /** Balancers by the word of `load_balancing.algorithm`; those of proxy mode win. */
  readonly balancers?: Readonly<Record<string, CreateBalancer>>;
  /** Whether an attempt may go to a target: `false` while a breaker is open. Asked for each candidate, so it must be quick. */
  admit?(upstream: string, target: string): boolean;
  /** Told once how an attempt ended. */
  report?(upstream: string, target: string, attempt: EndedAttempt): void;
  /**
   * Finds the targets of an upstream; `undefined` leaves it those of the configuration. Whoever is given in `update` replaces them all.
   * The returned function ends the search.
   */
  discover?(upstream: string, update: (targets: readonly FoundTarget[]) => void): (() => void) | undefined;
}

/** A server that was found. */
export interface FoundTarget {
  /** In logs, health and the sticky cookie. @defaultValue its URL */
  readonly name?: string;
  /** `http://` or `https://`, host, port, and a path to put before every path. */
  readonly url: string;
  /** Share of the requests compared with its siblings. @defaultValue 1 */
  readonly weight?: number;
}

/** Under which a plugin offers its extension. */
export const upstreamExtension: ServiceKey<UpstreamExtension> =
  defineService<UpstreamExtension>("proxy.upstream-extension");
