const fewestSlots = 1024;
/** Of a slot: the two halves of a fingerprint, and a value. */
const slotBytes = 16;

/**
 * Numbers by texts, in one block of memory: an entry is found with one access, where a `Map` of texts follows several pointers
 * (bench/src/micro/rate-limit.js).
 *
 * Keys are kept as seeded fingerprints of 64 bits: that two of 100,000 are taken for one another has a probability of 1 in 10⁹.
 *
 * Source: open addressing with linear probing and deletion without marks, D. E. Knuth, The Art of Computer Programming 3, 2nd ed.,
 * 6.4, algorithms L and R; the final mixing is that of MurmurHash3 (A. Appleby).
 */
export class NumberTable {
  readonly #seed: number;
  #slots = fewestSlots;
  /** Four to a slot: the high half of a fingerprint, 0 in a free slot, the low one, and the value, which is two. */
  #halves = new Int32Array(0);
  /** Two to a slot, of which the second is the value. */
  #values = new Float64Array(0);
  #size = 0;
  /** Where `sweep` goes on. */
  #hand = 0;
  /** Fingerprint of the key that was looked for last. */
  #high = 0;
  #low = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#allocate();
  }

  /** Entries. */
  get size(): number {
    return this.#size;
  }

  /** Places for entries, a power of two; half of them are used at most. */
  get slots(): number {
    return this.#slots;
  }

  /** Slot of a key; -1 when there is none. It holds until an entry is added or removed. */
  find(key: string): number {
    this.#print(key);
    const slot = this.#seek(this.#high, this.#low);
    return this.#halves[slot * 4] === 0 ? -1 : slot;
  }

  /** The value in a used slot. */
  at(slot: number): number {
    return this.#values[slot * 2 + 1] ?? 0;
  }

  put(slot: number, value: number): void {
    this.#values[slot * 2 + 1] = value;
  }

  /** Adds a key that is not there. */
  add(key: string, value: number): void {
    if (this.#size * 2 >= this.#slots) this.#grow();
    this.#print(key);
    this.#insert(this.#high, this.#low, value);
    this.#size += 1;
  }

  /** The first used slot from this one on; there must be one. */
  next(slot: number): number {
    const mask = this.#slots - 1;
    let index = slot & mask;
    while (this.#halves[index * 4] === 0) index = (index + 1) & mask;
    return index;
  }

  /** Empties a used slot; entries behind it that belonged there move up. */
  remove(slot: number): void {
    const mask = this.#slots - 1;
    let hole = slot;
    for (let index = (hole + 1) & mask; this.#halves[index * 4] !== 0; index = (index + 1) & mask) {
      const home = (this.#halves[index * 4 + 1] ?? 0) & mask;
      // It may move when the hole lies on the way from its home to where it is.
      if (((index - home) & mask) < ((index - hole) & mask)) continue;
      this.#values.copyWithin(hole * 2, index * 2, index * 2 + 2);
      hole = index;
    }
    this.#values.fill(0, hole * 2, hole * 2 + 2);
    this.#size -= 1;
  }

  /** Removes values up to a limit from the next few slots: what is added pays for what has passed. */
  sweep(upTo: number): void {
    for (let looked = 0; looked < 4; looked += 1) {
      this.#hand = (this.#hand + 1) & (this.#slots - 1);
      if (this.#halves[this.#hand * 4] !== 0 && this.at(this.#hand) <= upTo) this.remove(this.#hand);
    }
  }

  #insert(high: number, low: number, value: number): void {
    const slot = this.#seek(high, low);
    this.#halves[slot * 4] = high;
    this.#halves[slot * 4 + 1] = low;
    this.put(slot, value);
  }

  /** Slot of a fingerprint, or the free one where it belongs. */
  #seek(high: number, low: number): number {
    const mask = this.#slots - 1;
    const halves = this.#halves;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const found = halves[slot * 4];
      if (found === 0 || (found === high && halves[slot * 4 + 1] === low)) return slot;
    }
  }

  #grow(): void {
    const [halves, values] = [this.#halves, this.#values];
    this.#slots *= 2;
    this.#allocate();
    for (let index = 0; index < halves.length; index += 4) {
      const high = halves[index] ?? 0;
      if (high !== 0) this.#insert(high, halves[index + 1] ?? 0, values[index / 2 + 1] ?? 0);
    }
  }

  #allocate(): void {
    const memory = new ArrayBuffer(this.#slots * slotBytes);
    this.#halves = new Int32Array(memory);
    this.#values = new Float64Array(memory);
  }

  #print(key: string): void {
    let high = this.#seed;
    let low = ~this.#seed;
    for (let index = 0; index < key.length; index += 1) {
      const code = key.charCodeAt(index);
      high = Math.imul(high ^ code, 0x85eb_ca6b);
      low = Math.imul(low ^ code ^ (high >>> 15), 0xc2b2_ae35);
    }
    this.#high = mix(high ^ (low >>> 7)) || 1;
    this.#low = mix(low);
  }
}

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
