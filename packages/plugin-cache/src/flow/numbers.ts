/** What happened so far. */
export interface Numbers {
  hits: number;
  /** Hits past their time. */
  stale: number;
  misses: number;
  /** Answers of which their source said that they still hold. */
  revalidated: number;
  /** Requests that waited for another's answer. */
  collapsed: number;
  /** Requests that went through as they came. */
  bypassed: number;
  stored: number;
  purges: number;
}

export function createNumbers(): Numbers {
  return { hits: 0, stale: 0, misses: 0, revalidated: 0, collapsed: 0, bypassed: 0, stored: 0, purges: 0 };
}
