/**
 * The word of `known` that was probably meant, or `undefined` when none is near.
 *
 * Letters of different case, `-` for `_`, and a singular for a plural count as hardly different.
 */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > longestWord) return undefined;
  const wanted = plain(word);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    if (candidate.length > longestWord) continue;
    const other = plain(candidate);
    if (wanted === other) return candidate;
    // A slip leaves the rest as it is: of two that are as near, the one that begins and ends alike.
    const distance = editDistance(wanted, other) - commonEnds(wanted, other) / 1000;
    if (distance < bestDistance && distance <= tolerance(wanted, other)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Nobody slips in a longer word, and comparing takes time that grows with the square of the length. */
const longestWord = 100;

/** Letters that both words begin with, and end with. */
function commonEnds(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < most && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return start + end;
}

/** One slip in a short word, two from five letters on, three from nine. */
function tolerance(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  if (length <= 2) return 0;
  return length <= 4 ? 1 : length <= 8 ? 2 : 3;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, "");
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours that make one word of the other.
 *
 * Source: F. J. Damerau, CACM 7(3), 1964, in the restricted form (optimal string alignment).
 */
export function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 3) return Infinity;
  // table[row][column] is the distance of the first `row` letters of one word to the first `column` of the other.
  const table: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= left.length; row += 1) {
    table[row] = [row];
    for (let column = 1; column <= right.length; column += 1)
      table[row]?.push(cheapest(table, left.slice(0, row), right.slice(0, column)));
  }
  return table[left.length]?.[right.length] ?? Infinity;
}

function cheapest(table: readonly number[][], left: string, right: string): number {
  const [row, column] = [left.length, right.length];
  const at = (rowsBack: number, columnsBack: number): number =>
    table[row - rowsBack]?.[column - columnsBack] ?? Infinity;
  const same = left.at(-1) === right.at(-1);
  const swapped = left.at(-1) === right.at(-2) && left.at(-2) === right.at(-1);
  return Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (same ? 0 : 1), swapped ? at(2, 2) + 1 : Infinity);
}
