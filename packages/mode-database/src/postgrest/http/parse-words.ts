/** Where reading stopped. */
export interface Stop {
  /** What was read: of a filter, of an order… */
  readonly kind: string;
  readonly text: string;
  /** From 0. */
  readonly position: number;
}

/** Where PostgREST says that it stopped, and what it wanted there. */
export interface StopWords {
  readonly position: number;
  readonly details: string;
}

/** The words of PostgREST for a text that cannot be read; `undefined` where it has others than we know. */
export function stopWords(stop: Stop): StopWords | undefined {
  return readers[stop.kind]?.(stop);
}

const fieldName = "field name (* or [a..z0..9_$])";
const operator = "operator (eq, gt, ...)";
const logic = "logic operator (and, or)";

const readers: Readonly<Record<string, (stop: Stop) => StopWords | undefined>> = {
  order: orderWords,
  filter: ({ text, position }) => wants(text, position, position === 0 ? `"not" or ${operator}` : operator),
  "logic tree": treeWords,
  "select parameter": selectWords,
};

/** The character at a place, and what was wanted in its place. */
function wants(text: string, position: number, wanted: string): StopWords {
  const found = text[position];
  return { position, details: `unexpected ${found === undefined ? "end of input" : `"${found}"`} expecting ${wanted}` };
}

const nulls = ["nullsfirst", "nullslast"] as const;
const directions = ["asc", "desc"] as const;

/** A word of an order may be wrong from its beginning, or go on behind its end. */
function orderWords({ text, position }: Stop): StopWords | undefined {
  if (text[position - 1] !== ".") return undefined;
  const sorted = /\.(?:asc|desc)\.$/.test(text.slice(0, position));
  const known = sorted ? nulls : [...directions, ...nulls];
  const begun = known.find((word) => text.startsWith(word, position));
  if (begun === undefined)
    return { ...wants(text, position + alike(text.slice(position), known[0] ?? ""), listOf(known)), position };
  const at = position + begun.length;
  const rest = directions.some((word) => word === begun) ? 'delimiter (.), "," or end of input' : '"," or end of input';
  return { position: at, details: `unexpected '${text[at] ?? ""}' expecting ${rest}` };
}

/** The first word that may stand there says how far a text is read. */
function alike(text: string, word: string): number {
  let at = 0;
  while (at < text.length && text[at] === word[at]) at += 1;
  return at;
}

/** `"a", "b" or "c"` */
function listOf(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function treeWords({ text, position }: Stop): StopWords {
  const before = text.slice(0, position);
  // A name that begins like a word of logic is taken for one.
  const [, , behind] = /(?:^|[(,.])(and|or)(\w+)$/.exec(before) ?? [];
  if (behind !== undefined && text[position] === "(") return wants(text, position - behind.length, '"("');
  if (before === "") return wants(text, position, '"("');
  if (before.endsWith("not.")) return wants(text, position, logic);
  if (before.endsWith(".")) return wants(text, position, `"not" or ${operator}`);
  return wants(text, position, `${fieldName}, negation operator (not) or ${logic}`);
}

function selectWords({ text, position }: Stop): StopWords | undefined {
  if (/->>?-$/.test(text.slice(0, position))) return wants(text, position, "digit");
  if (!/->>?$/.test(text.slice(0, position))) return undefined;
  return wants(text, position, '"-", digit or any non reserved character different from: .,>()');
}
