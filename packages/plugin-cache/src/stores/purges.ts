/** Tags that are remembered one by one. */
const mostTags = 100_000;

/**
 * When each tag was purged last, counted in purges: throwing away a million answers is one number.
 *
 * With more tags than can be remembered, the oldest are forgotten and everything stored before them is void.
 */
export class Purges {
  readonly #last = new Map<string, number>();
  #count = 0;
  #floor = 0;

  /** How many purges there were. */
  get count(): number {
    return this.#count;
  }

  /** Makes void what has one of these tags; one purge, however many they are. */
  add(tags: readonly string[]): void {
    this.#count += 1;
    for (const tag of tags) this.#remember(tag);
  }

  #remember(tag: string): void {
    this.#last.delete(tag);
    this.#last.set(tag, this.#count);
    if (this.#last.size <= mostTags) return;
    const [oldest] = this.#last;
    if (oldest === undefined) return;
    this.#floor = oldest[1];
    this.#last.delete(oldest[0]);
  }

  /** Whether something with these tags, asked for at that count, is void. */
  isVoid(tags: readonly string[], asOf: number): boolean {
    if (this.#count === asOf) return false;
    return asOf < this.#floor || tags.some((tag) => (this.#last.get(tag) ?? 0) > asOf);
  }
}
