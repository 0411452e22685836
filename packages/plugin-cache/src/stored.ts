/** What a store holds under a key. */
export type Stored = StoredAnswer | VaryMark;

/** An answer as it is used again; times in milliseconds. */
export interface StoredAnswer {
  readonly kind: "answer";
  readonly status: number;
  /** Names in lower case and values in turn, without those that are made for each answer. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** When it came, since the Unix epoch. */
  readonly storedMs: number;
  /** Its age then. */
  readonly ageMs: number;
  readonly lifetimeMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly validatesAlways: boolean;
  readonly strict: boolean;
  readonly immutable: boolean;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** By which it may be thrown away. */
  readonly tags: readonly string[];
  /** The store's count of purges when it was asked for: a later purge of one of its tags makes it void. */
  readonly asOf: number;
  /** Until when it is of any use, since the Unix epoch. */
  readonly untilMs: number;
}

/** Says on which fields of the request the answers of a URL depend. */
export interface VaryMark {
  readonly kind: "vary";
  /** In lower case and in order. */
  readonly names: readonly string[];
  readonly tags: readonly string[];
  readonly asOf: number;
  readonly untilMs: number;
}

/** About what it takes in memory, bytes. */
export function weightOf(item: Stored, key: string): number {
  const texts = item.kind === "answer" ? item.headers : item.names;
  const length = [...texts, ...item.tags].reduce((sum, text) => sum + text.length + 16, key.length + 256);
  return length + (item.kind === "answer" ? item.body.length : 0);
}
