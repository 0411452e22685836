/**
 * Whether a text fits an SQL pattern: `%` and `*` stand for any text, `_` for any one character, `\` takes the next one as it is.
 *
 * Goes back to the last wildcard only, so the cost is at most the product of both lengths.
 */
export function createLike(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const parts = partsOf(ignoreCase ? pattern.toLowerCase() : pattern);
  return (text) => matches(parts, charactersOf(ignoreCase ? text.toLowerCase() : text));
}

/** The text itself where each of its code units is a character. */
function charactersOf(text: string): ArrayLike<string> {
  return /[\uD800-\uDFFF]/.test(text) ? Array.from(text) : text;
}

const anyText = Symbol("any text");
const anyCharacter = Symbol("any character");

type Part = string | typeof anyText | typeof anyCharacter;

function partsOf(pattern: string): readonly Part[] {
  const parts: Part[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (escaped) parts.push(character);
    else if (character === "%" || character === "*") parts.push(anyText);
    else if (character === "_") parts.push(anyCharacter);
    else if (character !== "\\") parts.push(character);
    escaped = !escaped && character === "\\";
  }
  return parts;
}

function matches(parts: readonly Part[], text: ArrayLike<string>): boolean {
  let at = 0;
  let read = 0;
  let wildcard = -1;
  let resume = 0;
  while (read < text.length) {
    if (parts[at] === anyText) {
      wildcard = at;
      resume = read;
      at += 1;
    } else if (parts[at] === anyCharacter || parts[at] === text[read]) {
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
  while (parts[at] === anyText) at += 1;
  return at === parts.length;
}
