/** What stands in place of a secret. */
const hidden = "[redacted]";
/** Shorter values are not looked for: too much that is no secret would go with them. */
const shortest = 6;
/** Values remembered over reloads; the oldest are forgotten first. */
const most = 10_000;

/** Values that say nothing, whoever sets them. */
const plainWords: ReadonlySet<string> = new Set([
  "0.0.0.0",
  "127.0.0.1",
  "default",
  "development",
  "disabled",
  "enabled",
  "localhost",
  "production",
  "staging",
  "undefined",
  "warning",
]);

/**
 * Finds the values of secrets in texts and hides them: as they are, and in the forms in which they travel (JSON, URL, base64).
 *
 * Without secrets `active` is false and nothing costs anything.
 */
export class Secrets {
  readonly #values = new Set<string>();
  #finder: Finder | undefined;

  constructor(values: Iterable<string> = []) {
    this.add(values);
  }

  /** Whether there is anything to hide. */
  get active(): boolean {
    return this.#finder !== undefined;
  }

  /** Hides these values too. What was added stays: what was made with it may still be told. */
  add(values: Iterable<string>): void {
    const before = this.#values.size;
    for (const value of values) for (const part of partsOf(value)) if (isSecret(part)) this.#values.add(part);
    if (this.#values.size === before) return;
    for (const value of this.#values) if (this.#values.size > most) this.#values.delete(value);
    this.#finder = createFinder([...this.#values].flatMap(formsOf));
  }

  /** The text with every secret hidden. */
  hide(text: string): string {
    return this.#finder === undefined ? text : this.#finder(text);
  }

  /** The same for every text of a value made of JSON. Returns the value itself when there is nothing to hide. */
  hideIn<T>(value: T): T {
    // Only texts are replaced, by texts.
    return this.#finder === undefined ? value : (hideDeep(value, this.#finder) as T);
  }
}

/** A value, and the password in it when it is an address with one. */
function partsOf(value: string): string[] {
  const [, password] = /:\/\/[^\s/?#]*?:([^\s/?#]+)@/.exec(value) ?? [];
  return password === undefined ? [value] : [value, password, decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded after all.
    return text;
  }
}

function isSecret(value: string): boolean {
  return value.length >= shortest && value.trim() !== "" && !plainWords.has(value.toLowerCase());
}

/** The texts in which a value may appear. */
function formsOf(value: string): string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  // A body that is JSON, as a line of the log quotes it.
  const quoted = JSON.stringify(escaped).slice(1, -1);
  const encoded = encode(value);
  const lower = encoded.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
  const forms = [value, escaped, quoted, encoded, lower, encoded.replaceAll("%20", "+"), ...base64Of(value)];
  return forms.filter((form) => form.length >= shortest);
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a pair of units cannot be encoded, and so will be nowhere.
    return text;
  }
}

/**
 * What of the base64 of a longer text, such as `user:password`, can only come from the value: for each of the three
 * places at which it may begin (RFC 4648, 4 and 5).
 */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  return [0, 1, 2].flatMap((offset) => {
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + bytes.length) * 8) / 6);
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    return (["base64", "base64url"] as const).map((alphabet) => padded.toString(alphabet).slice(from, to));
  });
}

type Finder = (text: string) => string;

/** Units of a text that decide how far the search may move on. */
const block = 3;
const tableSize = 65_536;

/**
 * Replaces any of many texts in one pass that skips most of what it passes.
 *
 * Source: S. Wu, U. Manber, "A fast algorithm for multi-pattern searching", TR 94-17, University of Arizona, 1994; `m` and `B` as
 * there. All patterns are compared by their first `m` units, and `SHIFT` says for the last `B` of them how far the next may be.
 */
function createFinder(patterns: readonly string[]): Finder {
  const m = shortest;
  const B = block;
  const SHIFT = new Uint8Array(tableSize).fill(m - B + 1);
  const byStart = new Map<string, string[]>();
  for (const pattern of new Set(patterns)) {
    for (let end = B; end <= m; end += 1) {
      const slot = hash(pattern, end - 1);
      SHIFT[slot] = Math.min(SHIFT[slot] ?? 0, m - end);
    }
    const start = pattern.slice(0, m);
    byStart.set(start, [...(byStart.get(start) ?? []), pattern]);
  }
  for (const list of byStart.values()) list.sort((left, right) => right.length - left.length);

  const patternAt = (text: string, at: number): string | undefined =>
    byStart.get(text.slice(at, at + m))?.find((pattern) => text.startsWith(pattern, at));

  return (text) => {
    let result = "";
    let kept = 0;
    for (let end = m - 1; end < text.length;) {
      const shift = SHIFT[hash(text, end)] ?? 0;
      const pattern = shift === 0 ? patternAt(text, end - m + 1) : undefined;
      if (pattern === undefined) {
        end += shift === 0 ? 1 : shift;
        continue;
      }
      const start = end - m + 1;
      result += text.slice(kept, start) + hidden;
      kept = start + pattern.length;
      end = kept + m - 1;
    }
    return kept === 0 ? text : result + text.slice(kept);
  };
}

/** Of the `B` units that end at an offset. */
function hash(text: string, end: number): number {
  const [a, b, c] = [text.charCodeAt(end - 2), text.charCodeAt(end - 1), text.charCodeAt(end)];
  return (a * 961 + b * 31 + c) & (tableSize - 1);
}

function hideDeep(value: unknown, hide: Finder): unknown {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) return value.map((item) => hideDeep(item, hide));
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [hide(key), hideDeep(item, hide)]));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
