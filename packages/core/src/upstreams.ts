import { defineService } from "./service.ts";
import type { ServiceKey } from "./service.ts";

/** Told of every attempt to reach a target of an upstream; offered by a plugin that watches. It must be quick, and can change nothing. */
export interface UpstreamObserver {
  /** One attempt ended. */
  attempted(attempt: UpstreamAttempt): void;
}

/** An attempt that ended. */
export interface UpstreamAttempt {
  /** As the configuration names it. */
  readonly upstream: string;
  /** As the configuration names it; otherwise its origin. */
  readonly target: string;
  /** Of the request that was sent, as it was sent. */
  readonly method: string;
  /** A whole head came, after `ms` milliseconds; no answer came, or not all of it; or nobody waited any more. */
  readonly outcome:
    | { readonly kind: "answered"; readonly status: number; readonly ms: number }
    | { readonly kind: "failed"; readonly failure: string }
    | { readonly kind: "cancelled" };
}

/** Under which one plugin offers its observer to the mode that has upstreams. */
export const upstreamObserverService: ServiceKey<UpstreamObserver> =
  defineService<UpstreamObserver>("upstream-observer");
