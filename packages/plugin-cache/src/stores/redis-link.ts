import type { Redis } from "ioredis";
import type { Clock, Logger, MaybePromise, Scheduler } from "@backworks/core";

/** What a link to Redis is made with. */
export interface LinkParts {
  readonly client: Redis;
  /** For each command. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** Runs when Redis is there again, before anybody asks it. Rejects when it is not. */
  onReturn(client: Redis): Promise<void>;
}

/** How long it is before Redis is tried again, the first time and at most; milliseconds. */
const firstRestMs = 200;
const longestRestMs = 5000;

/** A command that took too long. */
class LateError extends Error {}

/**
 * Redis as something that may be away: what fails or takes too long is not there, and nobody asks again until it answers.
 *
 * It is tried from time to time by nobody's request.
 */
export class RedisLink {
  readonly #parts: LinkParts;
  #away = true;
  #isStopped = false;
  #restMs = firstRestMs;
  #cancel: (() => void) | undefined = undefined;
  #lastError = "";
  failures = 0;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    // Without a listener the process would end; each command says for itself what it fails with.
    parts.client.on("error", (error: Error) => (this.#lastError = error.message));
  }

  get isAway(): boolean {
    return this.#away;
  }

  /** Why it is away, for people. */
  get lastError(): string {
    return this.#lastError;
  }

  async start(): Promise<void> {
    await this.#parts.client.connect().catch(() => {});
    await this.#try();
  }

  stop(): void {
    this.#cancel?.();
    this.#away = true;
    this.#isStopped = true;
    this.#parts.client.disconnect();
  }

  /**
   * What a command gives; `undefined`, at once and without asking, while Redis is away.
   *
   * Whoever has waited for other commands already waits until `untilMs` only, by the monotonic clock; that too little was left of its time is
   * no failure of Redis.
   */
  run<T>(command: (client: Redis) => Promise<T>, untilMs = Infinity): MaybePromise<T | undefined> {
    if (this.#away) return undefined;
    const { timeoutMs, clock } = this.#parts;
    if (untilMs === Infinity) return this.#ask(command, timeoutMs);
    const leftMs = untilMs - clock.monotonic();
    return leftMs > 0 ? this.#ask(command, Math.min(leftMs, timeoutMs)) : undefined;
  }

  async #ask<T>(command: (client: Redis) => Promise<T>, withinMs: number): Promise<T | undefined> {
    try {
      return await this.#inTime(command(this.#parts.client), withinMs);
    } catch (error) {
      const isImpatient = error instanceof LateError && withinMs < this.#parts.timeoutMs / 2;
      if (!isImpatient) this.#leave(error);
      return undefined;
    }
  }

  #inTime<T>(answer: Promise<T>, withinMs: number): Promise<T> {
    const { scheduler } = this.#parts;
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new LateError(`no answer within ${withinMs} ms`));
      // A process that was busy has maybe not read what came in time: it gets to that first.
      const cancel = scheduler.after(withinMs, () => setImmediate(late));
      answer.then(resolve, reject).finally(cancel);
    });
  }

  #leave(error: unknown): void {
    this.failures += 1;
    if (error instanceof Error) this.#lastError = error.message;
    if (this.#away) return;
    this.#away = true;
    this.#restMs = firstRestMs;
    this.#parts.logger.warn("Redis gives nothing: answers come from their sources until it does", {
      problem: this.#lastError,
    });
    this.#tryLater();
  }

  #tryLater(): void {
    this.#cancel?.();
    this.#cancel = this.#parts.scheduler.after(this.#restMs, () => void this.#try());
    this.#restMs = Math.min(this.#restMs * 2, longestRestMs);
  }

  async #try(): Promise<void> {
    const { client, logger, timeoutMs } = this.#parts;
    try {
      await this.#inTime(client.ping(), timeoutMs);
      await this.#inTime(this.#parts.onReturn(client), timeoutMs);
    } catch (error) {
      if (error instanceof Error) this.#lastError ||= error.message;
      return this.#goOn();
    }
    if (this.#isStopped) return;
    this.#away = false;
    logger.info("Redis answers");
  }

  /** By another connection, where there is one: that one may give nothing ever again, though Redis would. */
  #goOn(): void {
    if (this.#isStopped) return;
    const { client } = this.#parts;
    if (client.status === "ready" || client.status === "connect") client.disconnect(true);
    this.#tryLater();
  }
}
