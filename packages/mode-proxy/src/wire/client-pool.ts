import type { EventEmitter } from "node:events";
import type { Scheduler } from "@backworks/core";
import { Client, Dispatcher, errors } from "undici";

/** A handler that knows how to end what it began. */
export interface PooledHandler extends Dispatcher.DispatchHandler {
  /** Whether nothing is wanted any more: one that waits is not begun then. */
  readonly ended: boolean;
  /** Called before the request is given to a connection; `drop` of the pool ends both. */
  carriedBy(pool: ClientPool, client: PooledClient): void;
}

/** One connection. */
export class PooledClient extends Client {
  /** Whether a request is on it. */
  isBusy = false;
  isConnected = false;
}

/** What a pool goes by. */
export interface PoolSettings {
  /** Connections at once; `Infinity` for no limit. */
  readonly most: number;
  readonly scheduler: Pick<Scheduler, "after">;
  /** How a connection is made that may take so many milliseconds. */
  optionsFor(connectMs: number): Client.Options;
}

/** A request that waits for a connection. */
interface Waiting {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: Dispatcher.DispatchHandler;
  readonly access: PoolAccess;
  /** Ends its time. */
  readonly cancel: () => void;
}

/**
 * Connections to one server, each with one request at a time; the one that was used last is used next, so that those that are not needed time
 * out, and are forgotten then.
 *
 * In place of undici's pool, which cannot end a request without making a new connection in the place of the one that ends with it.
 */
export class ClientPool {
  readonly #origin: string;
  readonly #settings: PoolSettings;
  readonly #all = new Set<PooledClient>();
  readonly #idle: PooledClient[] = [];
  readonly #waiting: Waiting[] = [];
  #isDestroyed = false;

  constructor(origin: string, settings: PoolSettings) {
    this.#origin = origin;
    this.#settings = settings;
  }

  /** Connections there are, idle ones too. */
  get size(): number {
    return this.#all.size;
  }

  /** The pool for requests that give so many milliseconds until they have a connection: a new one, or their turn when all are busy. */
  within(connectMs: number): Dispatcher {
    return new PoolAccess(this, connectMs, this.#settings.optionsFor(connectMs));
  }

  /** Whether there was a connection for it. */
  ask(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, access: PoolAccess): boolean {
    if (this.#isDestroyed) {
      handler.onError?.(new errors.ClientDestroyedError());
      return false;
    }
    const client = this.#idle.pop() ?? this.#make(access);
    if (client === undefined) this.#wait(options, handler, access);
    else this.#give(client, options, handler);
    return client !== undefined;
  }

  /** Ends a connection together with its request, of which nothing more is heard. */
  drop(client: PooledClient): void {
    client.isBusy = false;
    this.#forget(client);
    // undici may be in the middle of writing a request whose body has just failed: ended there, it loses count and throws.
    queueMicrotask(() => void client.destroy());
    this.#next(undefined);
  }

  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    for (const { handler, cancel } of this.#waiting.splice(0)) {
      cancel();
      handler.onError?.(new errors.ClientDestroyedError());
    }
    const clients = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(clients.map((client) => client.destroy()));
  }

  #make({ options }: PoolAccess): PooledClient | undefined {
    // It is asked for one when none is idle.
    if (this.#all.size >= this.#settings.most) return undefined;
    const client: PooledClient & EventEmitter = new PooledClient(this.#origin, options);
    this.#all.add(client);
    client.on("connect", () => (client.isConnected = true));
    client.on("disconnect", () => {
      client.isConnected = false;
      if (!client.isBusy) this.#forget(client);
    });
    client.on("drain", () => this.#release(client));
    // What a handler throws as it is told of a failure must not end the process.
    client.on("error", () => {});
    return client;
  }

  #give(client: PooledClient, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    client.isBusy = true;
    const pooled = isPooled(handler) ? handler : undefined;
    pooled?.carriedBy(this, client);
    client.dispatch(options, handler);
    // What is no request fails at once, and no drain tells of it.
    if (pooled === undefined ? client.stats.size === 0 : pooled.ended) this.#release(client);
  }

  #wait(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, access: PoolAccess): void {
    const expire = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      handler.onError?.(new errors.ConnectTimeoutError("no connection was free in time"));
    };
    const { connectMs } = access;
    const cancel = connectMs === Infinity ? () => {} : this.#settings.scheduler.after(connectMs, expire);
    const waiting: Waiting = { options, handler, access, cancel };
    this.#waiting.push(waiting);
  }

  /** The client can take another request. */
  #release(client: PooledClient): void {
    if (!client.isBusy) return;
    client.isBusy = false;
    if (!client.isConnected) {
      this.#forget(client);
      this.#next(undefined);
    } else if (!this.#next(client)) this.#idle.push(client);
  }

  /** One without a connection holds nothing that would have to be ended. */
  #forget(client: PooledClient): void {
    if (!this.#all.delete(client)) return;
    const at = this.#idle.indexOf(client);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  /** Gives a connection, or a new one, to who waits longest; whether there was anybody. */
  #next(given: PooledClient | undefined): boolean {
    let waiting = this.#waiting.shift();
    while (waiting !== undefined && isPooled(waiting.handler) && waiting.handler.ended) {
      waiting.cancel();
      waiting = this.#waiting.shift();
    }
    if (waiting === undefined) return false;
    const client = given ?? this.#make(waiting.access);
    if (client === undefined) this.#waiting.unshift(waiting);
    else {
      waiting.cancel();
      this.#give(client, waiting.options, waiting.handler);
    }
    return client !== undefined;
  }
}

function isPooled(handler: Dispatcher.DispatchHandler): handler is PooledHandler {
  return "carriedBy" in handler;
}

/** A pool as a dispatcher, of whom every new connection is made in the same way. Ending it is the pool's business. */
class PoolAccess extends Dispatcher {
  readonly connectMs: number;
  readonly options: Client.Options;
  readonly #pool: ClientPool;

  constructor(pool: ClientPool, connectMs: number, options: Client.Options) {
    super();
    this.#pool = pool;
    this.connectMs = connectMs;
    this.options = { ...options, pipelining: 1 };
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.#pool.ask(options, handler, this);
  }
}
