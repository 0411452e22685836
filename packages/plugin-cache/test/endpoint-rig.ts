import { HeaderList } from "@backworks/core";
import type { Exchange, Next, ResponseInit, StateKey } from "@backworks/core";
import { createFakeClock, silentLogger } from "@backworks/core/testing";
import { LRUCache } from "lru-cache";
import { Room } from "../src/answer/room.ts";
import type { CacheContext } from "../src/flow/context.ts";
import { Flights } from "../src/flow/flights.ts";
import { createNumbers } from "../src/flow/numbers.ts";
import type { CachedEndpoint } from "../src/flow/policy.ts";
import { pluginOptions } from "../src/options/plugin-options.ts";
import { toPolicy } from "../src/options/to-policy.ts";
import { openMemoryStore } from "../src/stores/memory.ts";
import type { Store } from "../src/stores/store.ts";

/** An endpoint whose answers are kept, without a server about it. */
export type OwnEndpoint = CachedEndpoint & { readonly context: CacheContext };

/** One over a store of its own in memory. */
export async function createEndpoint(maxBytes = 1e6): Promise<OwnEndpoint> {
  const clock = createFakeClock();
  return endpointOver(await openMemoryStore({ maxBytes, clock }), clock);
}

/** One over a store. */
export function endpointOver(store: Store, clock: CacheContext["clock"] & CacheContext["scheduler"]): OwnEndpoint {
  const context: CacheContext = {
    store,
    clock,
    scheduler: clock,
    room: new Room(1e6),
    logger: silentLogger,
    flights: new Flights(),
    passes: new LRUCache({ max: 100 }),
    numbers: createNumbers(),
    processes: { tell: () => true, listen: () => () => {} },
    name: "Cache",
    tagFields: [],
  };
  const policy = toPolicy(
    { name: "users", mode: "runtime", options: { ttl: 60, tags: ["users"] } },
    pluginOptions.parse({}),
  );
  if (policy === undefined) throw new Error("no policy");
  return { context, policy };
}

/** As much of an exchange as the cache reads. */
export function exchangeFor(path: string): Exchange {
  const request = {
    method: "GET",
    path,
    search: "",
    url: path,
    headers: { host: "x" },
    rawHeaders: ["Host", "x"],
    query: {},
    params: {},
    peer: {},
  };
  // The rest nobody asks for here.
  const state = <T>({ create }: StateKey<T>): T => create();
  return { request, route: { endpoint: "users", identity: "1" }, onLeave() {}, state } as unknown as Exchange;
}

/** A handler that answers when it is told to. */
export function slowHandler(): { next: Next; calls: number; answer(body: string): Promise<void> } {
  const waiting: ((response: ResponseInit) => void)[] = [];
  const handler = {
    calls: 0,
    next: () => {
      handler.calls += 1;
      return new Promise<ResponseInit>((resolve) => waiting.push(resolve));
    },
    async answer(body: string) {
      while (waiting.length === 0) await Promise.resolve();
      for (const resolve of waiting.splice(0)) resolve({ status: 200, headers: HeaderList.from(), body });
    },
  };
  return handler;
}
