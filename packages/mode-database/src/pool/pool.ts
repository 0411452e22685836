import type { Clock, Scheduler } from "@backworks/core";
import { Backoff } from "./backoff.ts";
import { busy, unavailable } from "./refusals.ts";

/** A connection as a pool sees it. */
export interface Pooled {
  /** Told once when the connection is gone. */
  onLost(told: () => void): void;
  /** Ends it now. Never throws. */
  close(): Promise<void>;
}

/** How many connections there are and how long anybody waits for one. */
export interface PoolSettings {
  /** What the database is called. */
  readonly database: string;
  readonly min: number;
  readonly max: number;
  /** Statements that may be under way on one connection at a time. */
  readonly depth: number;
  /** Most who wait for a connection. */
  readonly maxWaiting: number;
  /** Longest wait for a connection, in milliseconds. */
  readonly waitMs: number;
  /** A connection that nobody used for so long is closed, in milliseconds. */
  readonly idleMs: number;
}

/** What a pool is made of. */
export interface PoolParts<C> {
  connect(): Promise<C>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

interface Member<C> {
  readonly connection: C;
  busy: number;
  alone: boolean;
  usedAt: number;
}

interface Waiter<C> {
  readonly alone: boolean;
  give(member: Member<C>): void;
  refuse(error: unknown): void;
}

/** How a connection is used. */
export interface UseOptions {
  /** Nobody else uses it meanwhile. @defaultValue false */
  readonly alone?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Connections to one database, made when they are needed. While the database is away nobody waits; it is looked for in the background. */
export class Pool<C extends Pooled> {
  readonly #parts: PoolParts<C>;
  readonly #settings: PoolSettings;
  readonly #members: Member<C>[] = [];
  readonly #waiting = new Set<Waiter<C>>();
  readonly #backoff: Backoff;
  #waitingAlone = 0;
  #opening = 0;
  #closed = false;
  #failure: unknown = undefined;
  #endSweep: (() => void) | undefined;
  /** Connections that are being closed: one may have to wait for a statement. */
  readonly #ending = new Set<Promise<void>>();

  constructor(settings: PoolSettings, parts: PoolParts<C>) {
    this.#settings = settings;
    this.#parts = parts;
    this.#backoff = new Backoff(parts.scheduler);
  }

  /** Why there is no connection; `undefined` while nobody knows better than that there can be one. */
  get failure(): unknown {
    return this.#failure;
  }

  /** For `/health`. */
  get numbers(): { readonly connections: number; readonly busy: number; readonly waiting: number } {
    const used = this.#members.filter((member) => member.busy > 0).length;
    return { connections: this.#members.length, busy: used, waiting: this.#waiting.size };
  }

  /** Opens as many connections as there are always to be, at least one, to know whether the database is there. */
  start(): void {
    const { min, idleMs } = this.#settings;
    this.#endSweep ??= this.#parts.scheduler.every(idleMs, () => this.#sweep());
    for (let count = this.#members.length + this.#opening; count < Math.max(1, min); count += 1) this.#open();
  }

  /**
   * Runs `work` with a connection.
   *
   * @throws BW_DATABASE_UNAVAILABLE, BW_DATABASE_BUSY, and what `work` throws
   */
  async use<T>(work: (connection: C) => Promise<T>, { alone = false, signal }: UseOptions = {}): Promise<T> {
    const member = this.#take(alone) ?? (await this.#wait(alone, signal));
    try {
      return await work(member.connection);
    } finally {
      this.#giveBack(member);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#backoff.stop();
    this.#endSweep?.();
    this.#refuseAll(unavailable(this.#settings.database, "it is being closed"));
    for (const { connection } of this.#members.splice(0)) this.#end(connection);
    await Promise.all(this.#ending);
  }

  /** A connection that is free, or shared when there can be no more of them; not what is for those ahead who want one alone. */
  #take(alone: boolean, ahead = this.#waitingAlone): Member<C> | undefined {
    const best = this.#best(alone, ahead);
    const use = best !== undefined && (best.busy === 0 || !this.#mayOpen());
    return use ? this.#lend(best, alone) : undefined;
  }

  #best(alone: boolean, ahead: number): Member<C> | undefined {
    const depth = alone ? 1 : this.#settings.depth;
    if (!alone && ahead > 0) return this.#bestBesides(ahead, depth);
    let best: Member<C> | undefined;
    for (const member of this.#members) {
      if (member.alone || member.busy >= depth || (best !== undefined && member.busy >= best.busy)) continue;
      best = member;
      if (member.busy === 0) break;
    }
    return best;
  }

  /** Leaves the least busy to those who wait to have one alone: between others they would never see it free. */
  #bestBesides(count: number, depth: number): Member<C> | undefined {
    const shared = this.#members.filter((member) => !member.alone).toSorted((one, other) => one.busy - other.busy);
    return shared.slice(count).find(({ busy: used }) => used < depth);
  }

  #lend(member: Member<C>, alone: boolean): Member<C> {
    member.busy += 1;
    member.alone = alone;
    return member;
  }

  #giveBack(member: Member<C>): void {
    member.busy -= 1;
    member.alone = false;
    member.usedAt = this.#parts.clock.monotonic();
    this.#serve();
  }

  /** Gives what is free to those who wait, in their order. */
  #serve(): void {
    let ahead = 0;
    for (const waiter of this.#waiting) {
      const member = this.#take(waiter.alone, ahead);
      if (member !== undefined) waiter.give(member);
      else if (waiter.alone) ahead += 1;
      else return;
    }
  }

  #wait(alone: boolean, signal: AbortSignal | undefined): Promise<Member<C>> {
    const { database, maxWaiting, waitMs } = this.#settings;
    signal?.throwIfAborted();
    if (this.#closed) throw unavailable(database, "it is closed");
    if (this.#isAway()) throw unavailable(database, this.#failure);
    if (this.#mayOpen()) this.#open();
    // A connection that is being opened is for somebody.
    if (this.#waiting.size >= maxWaiting + this.#opening)
      throw busy(database, `${maxWaiting} requests wait for one already`);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        cancel();
        signal?.removeEventListener("abort", leave);
        this.#waiting.delete(waiter);
        if (alone) this.#waitingAlone -= 1;
      };
      const waiter: Waiter<C> = {
        alone,
        give: (member) => (settle(), resolve(member)),
        refuse: (error) => {
          settle();
          reject(error);
          // What was left to it is free for others.
          if (alone) this.#serve();
        },
      };
      const leave = (): void => waiter.refuse(signal?.reason);
      const cancel = this.#parts.scheduler.after(waitMs, () =>
        waiter.refuse(busy(database, `none was for ${waitMs} ms`)),
      );
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.add(waiter);
      if (alone) this.#waitingAlone += 1;
    });
  }

  #isAway(): boolean {
    return this.#failure !== undefined && this.#members.length === 0;
  }

  #mayOpen(): boolean {
    return !this.#closed && !this.#backoff.waits && this.#members.length + this.#opening < this.#settings.max;
  }

  #open(): void {
    this.#opening += 1;
    this.#parts
      .connect()
      .finally(() => (this.#opening -= 1))
      .then(
        (connection) => this.#add(connection),
        (error: unknown) => this.#fail(error),
      );
  }

  #add(connection: C): void {
    if (this.#closed) return this.#end(connection);
    const member: Member<C> = { connection, busy: 0, alone: false, usedAt: this.#parts.clock.monotonic() };
    this.#failure = undefined;
    this.#backoff.reset();
    this.#members.push(member);
    connection.onLost(() => this.#lose(member));
    this.#serve();
  }

  /** Those who have connections go on with them; without any, nobody is kept waiting. */
  #fail(error: unknown): void {
    if (this.#closed) return;
    this.#failure = error;
    this.#backoff.after(() => this.#open());
    if (this.#members.length === 0) this.#refuseAll(unavailable(this.#settings.database, error));
  }

  #lose(member: Member<C>): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#members.splice(index, 1);
    this.#end(member.connection);
    if (this.#members.length === 0 && this.#mayOpen()) this.#open();
    else this.#serve();
  }

  #end(connection: C): void {
    const ending = connection.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #refuseAll(error: unknown): void {
    for (const waiter of this.#waiting) waiter.refuse(error);
  }

  #sweep(): void {
    const { min, idleMs } = this.#settings;
    const before = this.#parts.clock.monotonic() - idleMs;
    for (const member of this.#members.toReversed()) {
      if (this.#members.length <= Math.max(min, 1)) return;
      if (member.busy > 0 || member.usedAt > before) continue;
      this.#members.splice(this.#members.indexOf(member), 1);
      this.#end(member.connection);
    }
  }
}
