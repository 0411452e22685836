/**
 * Whether a text fits an SQL pattern: `%` and `*` stand for any text, `_` for any one character.
 *
 * Goes back to the last wildcard only, so the cost is at most the product of both lengths.
 */
export function matchesLike(pattern: string, text: string): boolean {
  let at = 0;
  let read = 0;
  let wildcard = -1;
  let resume = 0;
  while (read < text.length) {
    if (isWildcard(pattern[at])) {
      wildcard = at;
      resume = read;
      at += 1;
    } else if (pattern[at] === "_" || pattern[at] === text[read]) {
      at += 1;
      read += 1;
    } else if (wildcard === -1) {
      return false;
    } else {
      at = wildcard + 1;
      resume += 1;
      read = resume;
    }
  }
  while (isWildcard(pattern[at])) at += 1;
  return at === pattern.length;
}

function isWildcard(character: string | undefined): boolean {
  return character === "%" || character === "*";
}
