import { createHash, randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Clock, Logger, MaybePromise, Scheduler } from "@backworks/core";
import type { Stored } from "../stored.ts";
import { pack, unpack } from "./packed.ts";
import { RedisLink } from "./redis-link.ts";
import { leaseScript, lookupScript, purgeScript, releaseScript, storeScript, voidScript } from "./redis-scripts.ts";
import { ownLease } from "./store.ts";
import type { Lease, Store } from "./store.ts";

/** What answers in Redis are kept with. */
export interface RedisParts {
  readonly url: string;
  readonly timeoutMs: number;
  /** Begins every key; of the App, so that two may share one Redis. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** How long a lease holds when nobody releases it, milliseconds. */
const leaseMs = 10_000;

/** How long anything is stored, whatever time it has. */
const longestMs = 365 * 86_400_000;

/** How long it is remembered when a tag was purged. */
const rememberedMs = longestMs + 86_400_000;

/** Purges that are remembered one by one while Redis is away. */
const mostPending = 10_000;

/** Answers in Redis, for all processes that use it. */
export async function openRedisStore(parts: RedisParts): Promise<Store> {
  return new RedisStore(await createClient(parts.url), parts);
}

async function createClient(url: string): Promise<Redis> {
  const { Redis: Client } = await import("ioredis");
  return new Client(url.startsWith("unix:") ? url.replace(/^unix:(?:\/\/)?/, "") : url, {
    lazyConnect: true,
    // What cannot be sent at once fails at once.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 1000,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2000),
  });
}

/** What is answered; `undefined` by a Redis that has no room for it: what it has, it gives all the same. */
async function unlessFull<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && /\bOOM\b/.test(error.message)) return undefined;
    throw error;
  }
}

class RedisStore implements Store {
  readonly shared = true;
  readonly #parts: RedisParts;
  readonly #link: RedisLink;
  readonly #pending = new Set<string>();
  /** Lookups of this turn of the event loop: ten thousand who want the same ask once. */
  readonly #lookups = new Map<string, MaybePromise<Stored | undefined>>();
  #started: Promise<void> | undefined = undefined;

  constructor(client: Redis, parts: RedisParts) {
    this.#parts = parts;
    const { timeoutMs, clock, scheduler, logger } = parts;
    const onReturn = (redis: Redis): Promise<void> => this.#catchUp(redis);
    this.#link = new RedisLink({ client, timeoutMs, clock, scheduler, logger, onReturn });
  }

  start(): Promise<void> {
    return (this.#started ??= this.#link.start());
  }

  close(): void {
    this.#link.stop();
  }

  patience(): number {
    return this.#parts.clock.monotonic() + this.#parts.timeoutMs;
  }

  get(key: string, untilMs?: number): MaybePromise<Stored | undefined> {
    const asked = this.#lookups.get(key);
    if (asked !== undefined) return asked;
    const found = this.#lookUp(key, untilMs);
    if (found === undefined) return undefined;
    if (this.#lookups.size === 0) setImmediate(() => this.#lookups.clear());
    this.#lookups.set(key, found);
    return found;
  }

  #lookUp(key: string, untilMs: number | undefined): MaybePromise<Stored | undefined> {
    const { prefix } = this.#parts;
    const found = this.#link.run(
      (client) => client.callBuffer("EVAL", lookupScript, 2, this.#keyOf(key), `${prefix}purges`, `${prefix}tag:`),
      untilMs,
    );
    return found === undefined ? undefined : Promise.resolve(found).then((reply) => this.#read(key, reply));
  }

  #read(key: string, reply: unknown): Stored | undefined {
    if (!Array.isArray(reply)) return undefined;
    const [meta, body] = reply as unknown[];
    const item = Buffer.isBuffer(meta) && Buffer.isBuffer(body) ? unpack(meta.toString(), body) : undefined;
    if (item === undefined) this.delete(key);
    return item !== undefined && item.untilMs > this.#parts.clock.now() ? item : undefined;
  }

  set(key: string, item: Stored): void {
    const keptMs = Math.min(longestMs, Math.ceil(item.untilMs - this.#parts.clock.now()));
    if (keptMs <= 0) return;
    const { meta, body } = pack(item);
    const keys = [this.#keyOf(key), `${this.#parts.prefix}purges`];
    const values = [item.asOf, JSON.stringify(item.tags), meta, Buffer.from(body), keptMs];
    this.#forget(this.#link.run((client) => unlessFull(client.eval(storeScript, keys.length, ...keys, ...values))));
  }

  delete(key: string): void {
    this.#forget(this.#link.run((client) => client.del(this.#keyOf(key))));
  }

  moment(untilMs?: number): MaybePromise<number | undefined> {
    const count = this.#link.run((client) => client.get(`${this.#parts.prefix}purges`), untilMs);
    if (count === undefined) return undefined;
    return Promise.resolve(count).then((text) => (text === undefined ? undefined : Number(text ?? 0)));
  }

  async purge(tags: readonly string[]): Promise<boolean> {
    this.#lookups.clear();
    for (const tag of tags) this.#pending.add(tag);
    if (this.#pending.size > mostPending) {
      this.#pending.clear();
      this.#pending.add("*");
    }
    const wanted = [...this.#pending];
    const done = await this.#link.run((client) => this.#send(client, wanted));
    return done === true;
  }

  async isVoid(tags: readonly string[], asOf: number): Promise<boolean> {
    const keys = this.#purgeKeys(tags);
    const purged = await this.#link.run((client) => client.eval(voidScript, keys.length, ...keys, asOf));
    return Number(purged ?? 1) !== 0;
  }

  #purgeKeys(tags: readonly string[]): string[] {
    const { prefix } = this.#parts;
    return [`${prefix}purges`, ...tags.map((tag) => `${prefix}tag:${tag}`)];
  }

  /** What could not be thrown away while Redis was away is thrown away before it is used again. */
  async #catchUp(client: Redis): Promise<void> {
    if (this.#pending.size > 0) await this.#send(client, [...this.#pending]);
  }

  async #send(client: Redis, tags: readonly string[]): Promise<true> {
    const keys = this.#purgeKeys(tags);
    await client.eval(purgeScript, keys.length, ...keys, rememberedMs);
    for (const tag of tags) this.#pending.delete(tag);
    return true;
  }

  async lease(key: string, untilMs?: number): Promise<Lease | undefined> {
    const name = `${this.#keyOf(key)}:lease`;
    const token = randomUUID();
    const release = (): void => this.#forget(this.#link.run((client) => client.eval(releaseScript, 1, name, token)));
    let isLate = false;
    const taken = await this.#link.run((client) => {
      const answer = unlessFull(client.eval(leaseScript, 1, name, token, leaseMs));
      // One that comes when nobody waits for it any more would have all others wait for nothing.
      answer.then(
        (given) => isLate && Number(given) === 1 && release(),
        () => {},
      );
      return answer;
    }, untilMs);
    // Redis that is away leases nothing: every process asks for itself.
    isLate = taken === undefined;
    if (taken === undefined) return ownLease;
    return Number(taken) === 1 ? { release } : undefined;
  }

  health(): ReturnType<Store["health"]> {
    if (!this.#link.isAway) return { status: "healthy" };
    return { status: "degraded", message: `Redis gives nothing: ${this.#link.lastError || "it was not reached"}` };
  }

  numbers(): Readonly<Record<string, number>> {
    return { redis_failures: this.#link.failures, redis_away: Number(this.#link.isAway) };
  }

  /** Keys are as long as URLs, and what is in them is nobody's business. */
  #keyOf(key: string): string {
    return `${this.#parts.prefix}answer:${createHash("sha256").update(key).digest("base64url")}`;
  }

  /** The link has noticed what failed. */
  #forget(waiting: MaybePromise<unknown>): void {
    if (waiting instanceof Promise) waiting.catch(() => {});
  }
}
