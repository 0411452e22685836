import type { StorableDefaults } from "../rules/storable.ts";
import type { QueryRules } from "../rules/normal-url.ts";
import type { FieldPlace, Trust } from "../request/fields.ts";
import type { CacheContext } from "./context.ts";

/** An endpoint whose answers are kept. */
export interface CachedEndpoint {
  readonly context: CacheContext;
  readonly policy: Policy;
}

/** How answers of one endpoint are kept, decided when the configuration loads. */
export interface Policy {
  readonly endpoint: string;
  readonly defaults: StorableDefaults;
  /** Names in lower case and in order: part of the key always. */
  readonly vary: readonly string[];
  readonly place: (name: string) => FieldPlace;
  readonly trust: Trust;
  readonly query: QueryRules;
  /** Of every answer; `{name}` stands for a path parameter. */
  readonly tags: readonly string[];
  /** Purged by a request that changes something; the same. */
  readonly purges: readonly string[];
  /** Whether requests may say what they want of the cache. */
  readonly heedsRequests: boolean;
  /** Whether an answer without a validator gets one. */
  readonly etag: boolean;
  /** Whether the answer to a HEAD tells of the body of a GET: where a handler makes a body each time, its head says nothing of it. */
  readonly headTells: boolean;
  /** Answers with longer bodies are not stored. */
  readonly maxBytes: number;
  /** Changes while it serves. */
  readonly luck: Luck;
}

/**
 * Whether asking for many is worth it: an answer that turns out to be for one has to be asked for again, with all that the client said.
 *
 * After three of them in a row requests go through as they came, until an answer could have been stored.
 */
export class Luck {
  #failed = 0;

  get isOut(): boolean {
    return this.#failed >= 3;
  }

  failed(): void {
    this.#failed += 1;
  }

  succeeded(): void {
    this.#failed = 0;
  }
}

/** Tags with the path parameters of a request in them. */
export function fillTags(tags: readonly string[], params: Readonly<Record<string, string | number>>): string[] {
  return tags.map((tag) =>
    namedTag(
      tag.includes("{") ? tag.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => String(params[name] ?? whole)) : tag,
    ),
  );
}

/** A tag that somebody has named: whatever is in it, it is none of those that stand for a URL, an endpoint or everything. */
export function namedTag(text: string): string {
  return `named:${text}`;
}

/** Whether a tag is one that somebody has named. */
export function isNamedTag(tag: string): boolean {
  return tag.startsWith("named:");
}
