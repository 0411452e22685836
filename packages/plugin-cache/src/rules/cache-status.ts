/** Why a request went on to its handler (RFC 9211, 2.2). */
export type Forward = "bypass" | "method" | "uri-miss" | "vary-miss" | "request" | "stale" | "miss";

/** What a cache did with a request. */
export type CacheStatus =
  | { readonly kind: "hit"; readonly ttlSeconds: number; readonly detail?: string }
  | {
      readonly kind: "forwarded";
      readonly reason: Forward;
      readonly status?: number;
      readonly stored?: boolean;
      readonly collapsed?: boolean;
      readonly detail?: string;
    };

/**
 * The member of `Cache-Status` for one cache.
 *
 * Source: RFC 9211, 2.
 */
export function cacheStatus(name: string, status: CacheStatus): string {
  const detail = status.detail === undefined ? "" : `; detail=${status.detail}`;
  if (status.kind === "hit") return `${name}; hit; ttl=${status.ttlSeconds}${detail}`;
  const { reason, status: answered, stored, collapsed } = status;
  const parts = [`${name}; fwd=${reason}`];
  if (answered !== undefined) parts.push(`fwd-status=${answered}`);
  if (stored === true) parts.push("stored");
  if (collapsed === true) parts.push("collapsed");
  return parts.join("; ") + detail;
}
