import { randomUUID } from "node:crypto";

/** What several Apps may have together. */
export interface Shared {
  /** Ends it; called once, when nobody has it any more. */
  close(): void | Promise<void>;
}

/**
 * Things by everything they depend on: whoever asks for the same gets the same, also over a reload, so that connections, health and
 * counters go on.
 */
export class Registry implements Shared {
  /** Tells this server from every other one, in this process and elsewhere. */
  readonly id: string = randomUUID();
  readonly #numbers = new WeakMap<object, number>();
  #numbered = 0;
  readonly #things = new Map<string, { readonly thing: Shared; readonly holders: Set<object> }>();

  /** The thing of this key, made when nobody has it. The same holder counts once. Whoever uses a key agrees on its type. */
  acquire<T extends Shared>(key: string, holder: object, open: () => T): T {
    const known = this.#things.get(key);
    if (known !== undefined) {
      known.holders.add(holder);
      // See above.
      return known.thing as T;
    }
    const thing = open();
    this.#things.set(key, { thing, holders: new Set([holder]) });
    return thing;
  }

  /** Lets go of everything `holder` has. */
  async release(holder: object): Promise<void> {
    const ended: Shared[] = [];
    for (const [key, { thing, holders }] of this.#things) {
      if (!holders.delete(holder) || holders.size > 0) continue;
      this.#things.delete(key);
      ended.push(thing);
    }
    await Promise.all(ended.map(async (thing) => thing.close()));
  }

  /** Ends what is left. */
  async close(): Promise<void> {
    const left = [...this.#things.values()];
    this.#things.clear();
    await Promise.all(left.map(async ({ thing }) => thing.close()));
  }

  /** A number for what has no text: the same for the same object. */
  numberOf(part: object | undefined): number {
    if (part === undefined) return 0;
    const known = this.#numbers.get(part);
    if (known !== undefined) return known;
    this.#numbered += 1;
    this.#numbers.set(part, this.#numbered);
    return this.#numbered;
  }

  /** Keys that somebody has. */
  get keys(): readonly string[] {
    return [...this.#things.keys()];
  }
}
