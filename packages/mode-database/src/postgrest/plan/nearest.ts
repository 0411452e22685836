/** A name that is like a word, and how much: 1 is the same. */
export interface Near {
  readonly name: string;
  readonly likeness: number;
}

/** Nobody means something else by a longer word, and comparing takes time that grows with the square of the length. */
const longestWord = 200;
/** Names that are looked at closely. */
const mostCompared = 50;

/**
 * The name that is most like a word, when it is at least so much like it.
 *
 * Names are alike that have runs of characters in common, of three first and of two when no name has those; among them counts how little must be changed.
 * So does PostgREST choose its hints, and clients show them. Source: https://glench.github.io/fuzzyset.js/
 */
export function nearest(word: string, names: Iterable<string>, least: number): Near | undefined {
  if (word.length > longestWord) return undefined;
  const all = [...new Set(names)].filter((name) => name.length <= longestWord);
  const same = all.find((name) => name.toLowerCase() === word.toLowerCase());
  if (same !== undefined) return { name: same, likeness: 1 };
  for (const size of [3, 2]) {
    const wanted = runsOf(word, size);
    const alike = byLikeness(all, (name) => cosine(wanted, runsOf(name, size))).slice(0, mostCompared);
    const [best] = byLikeness(
      alike.map(({ name }) => name),
      (name) => unchanged(word.toLowerCase(), name.toLowerCase()),
    );
    if (best !== undefined && best.likeness >= least) return best;
  }
  return undefined;
}

function byLikeness(names: readonly string[], likenessOf: (name: string) => number): readonly Near[] {
  return names
    .map((name) => ({ name, likeness: likenessOf(name) }))
    .filter(({ likeness }) => likeness > 0)
    .toSorted((one, other) => other.likeness - one.likeness);
}

type Runs = ReadonlyMap<string, number>;

/** How often each run of so many characters is in a word. */
function runsOf(word: string, size: number): Runs {
  const text = `-${word.toLowerCase().replaceAll(/[^\p{L}\p{N} ,]/gu, "")}-`.padEnd(size, "-");
  const runs = new Map<string, number>();
  for (let at = 0; at + size <= text.length; at += 1) {
    const run = text.slice(at, at + size);
    runs.set(run, (runs.get(run) ?? 0) + 1);
  }
  return runs;
}

function cosine(one: Runs, other: Runs): number {
  let common = 0;
  for (const [run, times] of one) common += times * (other.get(run) ?? 0);
  return common / (lengthOf(one) * lengthOf(other));
}

function lengthOf(runs: Runs): number {
  return Math.hypot(...runs.values());
}

/** The part of two words that need not be changed to make one of the other. */
function unchanged(one: string, other: string): number {
  return 1 - changes(one, other) / Math.max(one.length, other.length);
}

/** Source: V. I. Levenshtein, Soviet Physics Doklady 10(8), 1966. */
function changes(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1];
    for (let at = 1; at < row.length; at += 1) {
      const replaced = (row[at - 1] ?? 0) + (other[at - 1] === one[index] ? 0 : 1);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
