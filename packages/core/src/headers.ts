/** Anything a header list can be made from: an object, or pairs such as `Headers` of the web and `Map` have. */
export type HeaderInit =
  | HeaderList
  | Readonly<Record<string, string | number | readonly string[] | undefined>>
  | Iterable<readonly [name: string, value: string]>;

/**
 * Response headers, named as in WHATWG Headers; names are lower case, order is kept, a name may repeat.
 *
 * A list may be frozen and shared by many responses; `copy()` gives one that may be written and
 * that shares the storage until its first write.
 */
export class HeaderList {
  #flat: string[];
  #shared: boolean;
  #frozen = false;

  private constructor(flat: string[], shared: boolean) {
    this.#flat = flat;
    this.#shared = shared;
  }

  /** A list from an object or from pairs; `undefined` values are left out, arrays repeat the name. */
  static from(init: HeaderInit = {}): HeaderList {
    if (init instanceof HeaderList) return init.copy();
    const list = new HeaderList([], false);
    for (const [name, value] of isPairs(init) ? init : Object.entries(init)) {
      if (Array.isArray(value)) for (const item of value) list.append(name, String(item));
      else if (value !== undefined) list.append(name, String(value));
    }
    return list;
  }

  /** A list of names, in lower case, and values in turn; the array belongs to the list from then on. */
  static fromFlat(flat: string[]): HeaderList {
    return new HeaderList(flat, false);
  }

  /** The value, several joined by a comma and a space; `undefined` when absent. */
  get(name: string): string | undefined {
    const key = name.toLowerCase();
    let found: string | undefined;
    for (let index = 0; index < this.#flat.length; index += 2) {
      if (this.#flat[index] !== key) continue;
      const value = this.#flat[index + 1] ?? "";
      found = found === undefined ? value : `${found}, ${value}`;
    }
    return found;
  }

  /** Whether there is a value, in any case of the name. */
  has(name: string): boolean {
    const key = name.toLowerCase();
    for (let index = 0; index < this.#flat.length; index += 2) if (this.#flat[index] === key) return true;
    return false;
  }

  /** Replaces every value of `name`. */
  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  /** Adds a value and keeps those that are there. */
  append(name: string, value: string): void {
    this.#own().push(name.toLowerCase(), value);
  }

  /** Removes every value of `name`. */
  delete(name: string): void {
    if (!this.has(name)) return;
    const key = name.toLowerCase();
    const kept: string[] = [];
    for (const [present, value] of this.entries()) if (present !== key) kept.push(present, value);
    this.#own();
    this.#flat = kept;
  }

  /** Pairs in order; a repeated name comes once per value. */
  *entries(): IterableIterator<[name: string, value: string]> {
    for (let index = 0; index < this.#flat.length; index += 2) {
      yield [this.#flat[index] ?? "", this.#flat[index + 1] ?? ""];
    }
  }

  /** The same as `entries()`. */
  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }

  /** Names and values in turn, as `ServerResponse.writeHead` takes them; not to be written. */
  flat(): readonly string[] {
    return this.#flat;
  }

  /** A list that may be written, sharing storage with this one until then. */
  copy(): HeaderList {
    this.#shared = true;
    return new HeaderList(this.#flat, true);
  }

  /** Forbids writing to this list; a write throws `TypeError`. */
  freeze(): this {
    this.#frozen = true;
    return this;
  }

  #own(): string[] {
    if (this.#frozen) throw new TypeError("this header list is shared and frozen: write to a copy()");
    if (this.#shared) {
      this.#flat = [...this.#flat];
      this.#shared = false;
    }
    return this.#flat;
  }
}

function isPairs(init: HeaderInit): init is Iterable<readonly [name: string, value: string]> {
  return typeof (init as { readonly [Symbol.iterator]?: unknown })[Symbol.iterator] === "function";
}
