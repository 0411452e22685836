import type { EventEmitter } from "node:events";
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
}

/** A request that waits for a connection. */
interface Waiting {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: Dispatcher.DispatchHandler;
}

/**
 * Connections to one server, each with one request at a time; the one that was used last is used next, so that those that are not needed time out.
 *
 * In place of undici's pool, which cannot end a request without making a new connection in the place of the one that ends with it.
 */
export class ClientPool extends Dispatcher {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #most: number;
  readonly #all = new Set<PooledClient>();
  readonly #idle: PooledClient[] = [];
  readonly #waiting: Waiting[] = [];
  #isDestroyed = false;

  /** `most` connections at once; what comes when all are busy waits in order. */
  constructor(origin: string, most: number, options: Client.Options) {
    super();
    this.#origin = origin;
    this.#most = most;
    this.#options = { ...options, pipelining: 1 };
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.#isDestroyed) {
      handler.onError?.(new errors.ClientDestroyedError());
      return false;
    }
    const client = this.#idle.pop() ?? this.#make();
    if (client === undefined) this.#waiting.push({ options, handler });
    else this.#give(client, options, handler);
    return client !== undefined;
  }

  /** Ends a connection together with its request, of which nothing more is heard. */
  drop(client: PooledClient): void {
    client.isBusy = false;
    this.#all.delete(client);
    void client.destroy();
    this.#next(undefined);
  }

  override async destroy(): Promise<void> {
    this.#isDestroyed = true;
    for (const { handler } of this.#waiting.splice(0)) handler.onError?.(new errors.ClientDestroyedError());
    const clients = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(clients.map((client) => client.destroy()));
  }

  #make(): PooledClient | undefined {
    // It is asked for one when none is idle.
    if (this.#all.size >= this.#most) return undefined;
    const client: PooledClient & EventEmitter = new PooledClient(this.#origin, this.#options);
    this.#all.add(client);
    client.on("drain", () => this.#release(client));
    // What a handler throws as it is told of a failure must not end the process.
    client.on("error", () => {});
    return client;
  }

  #give(client: PooledClient, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    client.isBusy = true;
    if (isPooled(handler)) handler.carriedBy(this, client);
    client.dispatch(options, handler);
  }

  /** The client can take another request. */
  #release(client: PooledClient): void {
    if (!client.isBusy) return;
    client.isBusy = false;
    if (!this.#next(client)) this.#idle.push(client);
  }

  /** Gives a connection, or a new one, to who waits longest; whether there was anybody. */
  #next(given: PooledClient | undefined): boolean {
    let waiting = this.#waiting.shift();
    while (waiting !== undefined && isPooled(waiting.handler) && waiting.handler.ended) waiting = this.#waiting.shift();
    if (waiting === undefined) return false;
    const client = given ?? this.#make();
    if (client === undefined) this.#waiting.unshift(waiting);
    else this.#give(client, waiting.options, waiting.handler);
    return client !== undefined;
  }
}

function isPooled(handler: Dispatcher.DispatchHandler): handler is PooledHandler {
  return "carriedBy" in handler;
}
