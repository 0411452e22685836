import type { Clock } from "@backworks/core";
import { weightOf } from "../stored.ts";
import type { Stored } from "../stored.ts";
import { Purges } from "./purges.ts";
import { ownLease } from "./store.ts";
import type { Store } from "./store.ts";

/** What answers in memory are kept with. */
export interface MemoryParts {
  /** Bytes of all together. */
  readonly maxBytes: number;
  readonly clock: Clock;
}

/** Answers in this process; the longest unused go first when there is no room. */
export async function openMemoryStore({ maxBytes, clock }: MemoryParts): Promise<Store> {
  const { LRUCache } = await import("lru-cache");
  const items = new LRUCache<string, Stored>({ maxSize: maxBytes, sizeCalculation: weightOf });
  const purges = new Purges();
  const get = (key: string): Stored | undefined => {
    const item = items.get(key);
    if (item === undefined) return undefined;
    if (item.untilMs > clock.now() && !purges.isVoid(item.tags, item.asOf)) return item;
    items.delete(key);
    return undefined;
  };
  return {
    patience: () => Infinity,
    get,
    set: (key, item) => void items.set(key, item),
    delete: (key) => void items.delete(key),
    moment: () => purges.count,
    purge(tags) {
      purges.add(tags);
      return true;
    },
    isVoid: (tags, asOf) => purges.isVoid(tags, asOf),
    lease: () => ownLease,
    shared: false,
    start() {},
    close: () => items.clear(),
    health: () => ({ status: "healthy" }),
    numbers: () => ({ entries: items.size, bytes: items.calculatedSize }),
  };
}
