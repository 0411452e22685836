import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, Scheduler } from "../clock.ts";
import { BackworksError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { OverloadSettings } from "../model/app.ts";
import { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { toPacket } from "../pipeline/packet.ts";
import { problemOf } from "../pipeline/problem.ts";
import { openLoopProbe } from "./loop-probe.ts";
import type { LoopProbe, LoopReading } from "./loop-probe.ts";

/** How the process keeps up. */
export interface OverloadStatus extends LoopReading {
  /** Whether requests are refused. */
  readonly refusing: boolean;
  /** Requests refused since the start. */
  readonly refused: number;
}

/** What watching needs. */
export interface OverloadParts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  logger(): Logger;
  /** @defaultValue the event loop of this thread */
  readonly openProbe?: () => LoopProbe;
}

/** How often the loop is looked at; it must be too slow twice in a row. */
const sampleMs = 500;
/** Seconds after which a client may come again: an overload that ends is noticed by then. */
const retryAfterSeconds = 1;
/**
 * The share of `delay` by which timers must be late on average for a busy loop to count as overloaded.
 *
 * A loop that is busy all the time and answers quickly is a server that is used well (docs/adr/0017).
 */
const queueingRatio = 0.5;

const nothingRead: LoopReading = { utilizationRatio: 0, delayMs: 0, meanDelayMs: 0 };

/**
 * Refuses requests while the process cannot keep up, before anything is done for them.
 *
 * Follows the settings of the generation that a request would get; without settings nothing is watched.
 */
export class OverloadGuard {
  readonly #parts: OverloadParts;
  #settings: OverloadSettings | undefined;
  #stop: (() => void) | undefined;
  #last: LoopReading = nothingRead;
  #slowBefore = false;
  #refusing = false;
  #refused = 0;
  #refusedBefore = 0;
  #since = 0;

  constructor(parts: OverloadParts) {
    this.#parts = parts;
  }

  /** `undefined` when nothing is watched. */
  get status(): OverloadStatus | undefined {
    if (this.#settings === undefined) return undefined;
    return { refusing: this.#refusing, refused: this.#refused, ...this.#last };
  }

  /** Watches by these settings from now on. */
  follow(settings: OverloadSettings | undefined): void {
    const goesOn = areSame(settings, this.#settings);
    if (!goesOn) this.close();
    this.#settings = settings;
    if (goesOn || settings === undefined) return;
    const { scheduler, openProbe = openLoopProbe } = this.#parts;
    const probe = openProbe();
    const cancel = scheduler.every(sampleMs, () => this.#look(probe.read(), settings));
    this.#stop = () => {
      cancel();
      probe.close();
    };
  }

  /** Refuses the request when the process cannot keep up, unless it asks for health or readiness. */
  refuses(generation: Generation, message: IncomingMessage, answer: ServerResponse): boolean {
    const { server } = generation.app;
    if (server.overload !== this.#settings) this.follow(server.overload);
    if (!this.#refusing || isProbe(message.url ?? "", server)) return false;
    this.#refused += 1;
    refuse(new LiveExchange(generation, message, answer));
    return true;
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#settings = undefined;
    this.#slowBefore = false;
    if (this.#refusing) this.#end();
  }

  #look(reading: LoopReading, settings: OverloadSettings): void {
    this.#last = reading;
    const slow = isSlow(reading, settings);
    if (slow && this.#slowBefore && !this.#refusing) this.#begin(reading);
    else if (!slow && this.#refusing) this.#end();
    this.#slowBefore = slow;
  }

  #begin({ utilizationRatio, delayMs, meanDelayMs }: LoopReading): void {
    this.#refusing = true;
    this.#refusedBefore = this.#refused;
    this.#since = this.#parts.clock.monotonic();
    this.#parts.logger().warn("overloaded: requests are refused with 503", {
      utilization: round(utilizationRatio),
      delayMs: round(delayMs),
      meanDelayMs: round(meanDelayMs),
    });
  }

  #end(): void {
    this.#refusing = false;
    this.#parts.logger().warn("no longer overloaded", {
      refused: this.#refused - this.#refusedBefore,
      durationMs: round(this.#parts.clock.monotonic() - this.#since),
    });
  }
}

/** A reload makes settings anew also when they say the same. */
function areSame(one: OverloadSettings | undefined, other: OverloadSettings | undefined): boolean {
  return one?.delayMs === other?.delayMs && one?.utilizationRatio === other?.utilizationRatio;
}

function isSlow({ utilizationRatio, delayMs, meanDelayMs }: LoopReading, settings: OverloadSettings): boolean {
  if (delayMs > settings.delayMs) return true;
  return utilizationRatio >= settings.utilizationRatio && meanDelayMs > settings.delayMs * queueingRatio;
}

function isProbe(url: string, { healthPath, readyPath, basePath }: Generation["app"]["server"]): boolean {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  return [healthPath, readyPath].some((probe) => probe !== undefined && (path === probe || path === basePath + probe));
}

/** Made once: the stack of an error is what costs most of a refusal. */
const overloaded = new BackworksError("BW_OVERLOADED", {}, { headers: { "retry-after": String(retryAfterSeconds) } });

/** Neither hooks nor the access log take part: what is to be saved is time. */
function refuse(exchange: LiveExchange): void {
  const { status, headers, chunk } = toPacket(exchange, problemOf(overloaded, exchange));
  exchange.answer.writeHead(status, headers);
  exchange.answer.end(chunk);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
