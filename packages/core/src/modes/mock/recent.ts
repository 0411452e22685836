import type { Clock } from "../../clock.ts";

/** Values by name that are forgotten some time after their last use, or when there are too many. */
export interface Recent<T> {
  /** The value of a name, made when it is not there; counts as use. */
  use(id: string): T;
  delete(id: string): void;
  clear(): void;
  values(): readonly T[];
  readonly size: number;
}

export interface RecentOptions<T> {
  readonly clock: Clock;
  /** Time without use after which a value is forgotten. */
  readonly idleMs: number;
  /** How many are kept; the one used longest ago goes first. */
  readonly limit: number;
  make(id: string): T;
}

export function createRecent<T>({ clock, idleMs, limit, make }: RecentOptions<T>): Recent<T> {
  /** Least recently used first. */
  const entries = new Map<string, { readonly value: T; usedAt: number }>();

  function forgetIdle(now: number): void {
    for (const [id, entry] of entries) {
      if (now - entry.usedAt <= idleMs) return;
      entries.delete(id);
    }
  }

  function forgetOldest(): void {
    for (const id of entries.keys()) {
      entries.delete(id);
      return;
    }
  }

  return {
    use(id) {
      const now = clock.now();
      forgetIdle(now);
      const entry = entries.get(id) ?? { value: make(id), usedAt: now };
      entry.usedAt = now;
      entries.delete(id);
      entries.set(id, entry);
      if (entries.size > limit) forgetOldest();
      return entry.value;
    },
    delete: (id) => void entries.delete(id),
    clear: () => entries.clear(),
    values: () => [...entries.values()].map(({ value }) => value),
    get size() {
      return entries.size;
    },
  };
}
