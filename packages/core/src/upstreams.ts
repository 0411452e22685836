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
  /** As the configuration names it; otherwise its URL. */
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

/** A target of an upstream, and how it stands. */
export interface UpstreamTarget {
  /** As the configuration names it. */
  readonly upstream: string;
  /** As the configuration names it; otherwise its URL. An observer is told the same. */
  readonly target: string;
  /** Requests go to one that is `up`. */
  readonly state: "up" | "down" | "ejected";
}

/** The upstreams of the App that serves. */
export interface Upstreams {
  /** All targets of all upstreams; the same name may be there twice while a reload lasts. */
  targets(): readonly UpstreamTarget[];
}

/** Under which the mode that has upstreams tells of them. */
export const upstreamsService: ServiceKey<Upstreams> = defineService<Upstreams>("upstreams");
