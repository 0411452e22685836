import type { Clock, Logger, Scheduler, UpstreamTarget } from "@backworks/core";
import type { Dispatcher } from "undici";
import { ActiveHealth } from "./active-health.ts";
import type { ActiveSettings } from "./active-health.ts";
import type { Shared } from "./registry.ts";

/** A server, before anything is known of it. */
export interface MemberInit {
  /** Of the upstream, for the log. */
  readonly upstream: string;
  readonly name: string;
  readonly origin: string;
  readonly path: string;
}

/** What a member goes by. */
export interface MemberSurroundings {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** How it asks, and over which connections. */
export interface MemberChecks {
  readonly settings: ActiveSettings;
  readonly dispatcher: Dispatcher;
}

/** How long a member stays out, in milliseconds. */
export interface Ejection {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** One server with what is known of its health. Upstreams that follow each other over a reload share it. */
export class Member implements Shared {
  readonly name: string;
  readonly origin: string;
  readonly path: string;
  /** Attempts and upgraded connections under way. */
  inFlight = 0;
  /** Failures in a row. */
  failures = 0;
  readonly #init: MemberInit;
  readonly #around: MemberSurroundings;
  readonly #active: ActiveHealth | undefined;
  readonly #listeners = new Set<() => void>();
  #isUp = true;
  #bringBack: (() => void) | undefined;
  /** Times it was out lately; one is forgiven for each quiet stretch as long as the first ejection. */
  #ejections = 0;
  #backSince = 0;

  constructor(init: MemberInit, around: MemberSurroundings, checks?: MemberChecks) {
    this.#init = init;
    this.#around = around;
    this.name = init.name;
    this.origin = init.origin;
    this.path = init.path;
    if (checks === undefined) return;
    const { scheduler } = around;
    const changed = (isUp: boolean, reason: string): void => this.#change(isUp, reason);
    this.#active = new ActiveHealth(checks.settings, { dispatcher: checks.dispatcher, scheduler, changed });
  }

  /** Whether requests may go there. */
  get isAvailable(): boolean {
    return this.#isUp && this.#bringBack === undefined;
  }

  /** Whether it is out because of failures of requests. */
  get isEjected(): boolean {
    return this.#bringBack !== undefined;
  }

  get state(): UpstreamTarget["state"] {
    if (!this.#isUp) return "down";
    return this.isEjected ? "ejected" : "up";
  }

  /** Calls back when it is available or no longer; the returned function ends that. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes it out for a time that grows with each time; nothing happens when it is out already. */
  eject({ firstMs, longestMs }: Ejection): void {
    if (this.#bringBack !== undefined) return;
    const { clock, scheduler, logger } = this.#around;
    const forgiven = Math.floor((clock.monotonic() - this.#backSince) / firstMs);
    this.#ejections = Math.max(0, this.#ejections - forgiven) + 1;
    const forMs = Math.min(firstMs * this.#ejections, Math.max(firstMs, longestMs));
    this.#bringBack = scheduler.after(forMs, () => this.#return());
    logger.warn(`target ${this.name} is out for a while`, { ...this.#names(), failures: this.failures, forMs });
    this.#tell();
  }

  close(): void {
    this.#active?.close();
    this.#bringBack?.();
    this.#listeners.clear();
  }

  #return(): void {
    this.#bringBack = undefined;
    this.failures = 0;
    this.#backSince = this.#around.clock.monotonic();
    this.#around.logger.info(`target ${this.name} is tried again`, this.#names());
    this.#tell();
  }

  #change(isUp: boolean, reason: string): void {
    this.#isUp = isUp;
    this.failures = 0;
    const { logger } = this.#around;
    if (isUp) logger.info(`target ${this.name} is healthy`, { ...this.#names(), reason });
    else logger.warn(`target ${this.name} is not healthy`, { ...this.#names(), reason });
    this.#tell();
  }

  #names(): Readonly<Record<string, string>> {
    return { upstream: this.#init.upstream, target: this.name };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
