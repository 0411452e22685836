import type { Asking } from "../request/asking.ts";
import type { Exchange, MaybePromise } from "@backworks/core";
import type { Filled } from "./fill.ts";
import { isNamedTag } from "./policy.ts";

/** How a request to a handler is made. */
export interface FlightTerms {
  /** Whether it goes on when nobody waits. */
  readonly ownWill: boolean;
  /** Tags that its answer will have whatever it says. */
  readonly tags: readonly string[];
}

/** One request to a handler, for all that wait for its answer. */
export class Flight {
  /** Set before anybody waits. */
  result!: Promise<Filled>;
  #asking: Asking | undefined = undefined;
  #waiting = 0;
  #isEnded = false;
  readonly #terms: FlightTerms;

  constructor(terms: FlightTerms) {
    this.#terms = terms;
  }

  /** Whether its answer may have one of these tags: which ones it names itself is not known before it comes. */
  mayHave(tags: readonly string[]): boolean {
    return tags.some((tag) => isNamedTag(tag) || this.#terms.tags.includes(tag));
  }

  /** What is under way for it: ended when the last of those who wait has left. */
  set asking(asking: Asking) {
    this.#asking = asking;
    this.#look();
  }

  /** One more waits, until its client leaves. */
  async wait(exchange: Exchange): Promise<Filled> {
    this.#waiting += 1;
    let here = true;
    const leave = (): void => {
      if (!here) return;
      here = false;
      this.#waiting -= 1;
      this.#look();
    };
    exchange.onLeave(leave);
    try {
      return await this.result;
    } finally {
      here = false;
      exchange.onLeave(undefined);
    }
  }

  /** Whether it was ended: who comes now gets nothing of it. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Ends it, whoever waits. */
  end(): void {
    if (this.#asking === undefined) return;
    this.#isEnded = true;
    this.#asking.abort();
  }

  #look(): void {
    if (this.#waiting === 0 && !this.#terms.ownWill) this.end();
  }
}

/** What is under way, by key. */
export class Flights {
  readonly #open = new Map<string, Flight>();
  readonly #all = new Set<Flight>();
  /** Keys of requests that go through as they came, though others may want the same. */
  readonly #alone = new Set<string>();

  get(key: string): Flight | undefined {
    const flight = this.#open.get(key);
    return flight?.isEnded === true ? undefined : flight;
  }

  /** Begins one; who comes until its end may wait for it. */
  begin(key: string, run: (flight: Flight) => Promise<Filled>, terms: FlightTerms): Flight {
    const flight = new Flight(terms);
    this.#open.set(key, flight);
    this.#all.add(flight);
    const land = (): void => {
      this.#all.delete(flight);
      if (this.#open.get(key) === flight) this.#open.delete(key);
    };
    flight.result = run(flight).finally(land);
    // Whoever waits hears of it; maybe nobody does.
    flight.result.catch(() => {});
    return flight;
  }

  /** Has one request go through as it came; `undefined` when another with its key does: who comes then had better wait together. */
  alone<T>(key: string, run: () => MaybePromise<T>): MaybePromise<T> | undefined {
    if (this.#alone.has(key) || this.get(key) !== undefined) return undefined;
    this.#alone.add(key);
    const back = (): void => void this.#alone.delete(key);
    try {
      const result = run();
      if (result instanceof Promise) return result.finally(back);
      back();
      return result;
    } catch (error) {
      back();
      throw error;
    }
  }

  /** Nobody joins what is under way and may have one of these tags, which are purged: its answer may be of before. */
  forget(tags: readonly string[]): void {
    for (const [key, flight] of this.#open) if (flight.mayHave(tags)) this.#open.delete(key);
  }

  /** Ends everything and waits for it. */
  async end(): Promise<void> {
    for (const flight of this.#all) flight.end();
    await Promise.allSettled([...this.#all].map(({ result }) => result));
  }
}
