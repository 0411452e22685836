/** Segments of a prefix, decoded; `/` has none. */
export function segmentsOf(prefix: string): readonly string[] {
  return prefix
    .split("/")
    .filter((segment) => segment !== "")
    .map(decode);
}

/** The path without a prefix that it begins with, whatever of it is percent-encoded; `undefined` when it does not. */
export function withoutPrefix(path: string, prefix: readonly string[]): string | undefined {
  let at = 0;
  for (const segment of prefix) {
    const end = endOf(path, at + 1);
    if (path[at] !== "/" || decode(path.slice(at + 1, end)) !== segment) return undefined;
    at = end;
  }
  return at === path.length ? "/" : path.slice(at);
}

function endOf(path: string, from: number): number {
  const slash = path.indexOf("/", from);
  return slash < 0 ? path.length : slash;
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoded UTF-8: then it is no segment of a prefix.
    return segment;
  }
}
