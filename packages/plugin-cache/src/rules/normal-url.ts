/** Which pairs of a query count. */
export interface QueryRules {
  /** Names that do not; one that ends in `*` is the beginning of a name. */
  readonly ignore: readonly string[];
  /** Whether the order of names does not. */
  readonly sort: boolean;
}

/** Whether nothing is to be done about a query. */
function isPlain({ ignore, sort }: QueryRules): boolean {
  return ignore.length === 0 && !sort;
}

/**
 * One spelling for what is the same: octets that need no coding decoded, the rest in upper case. A dot stays coded: decoded it might go up a folder.
 *
 * Source: RFC 3986, 6.2.2. What reaches the handler is this spelling too: two that are stored as one must not be answered differently.
 */
export function normalText(text: string): string {
  return text.includes("%") ? text.replaceAll(/%[\da-f]{2}/gi, normalOctet) : text;
}

function normalOctet(coded: string): string {
  const character = String.fromCharCode(Number.parseInt(coded.slice(1), 16));
  return /[\w~-]/.test(character) ? character : coded.toUpperCase();
}

/** A query in one spelling, without what does not count. */
export function normalQuery(search: string, rules: QueryRules): string {
  const text = normalText(search);
  if (text === "" || isPlain(rules)) return text;
  const pairs = text.split("&").filter((pair) => pair !== "" && !isIgnored(nameOf(pair), rules.ignore));
  // Sorting is stable: several values of one name stay in order.
  if (rules.sort)
    pairs.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : Number(nameOf(left) > nameOf(right))));
  return pairs.join("&");
}

function nameOf(pair: string): string {
  const end = pair.indexOf("=");
  return end < 0 ? pair : pair.slice(0, end);
}

function isIgnored(name: string, ignore: readonly string[]): boolean {
  return ignore.some((pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}
