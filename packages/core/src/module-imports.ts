/** An import of a text. */
export interface ImportInText {
  /** `./price.js`, `node:fs`, `stripe` */
  readonly specifier: string;
  /** Where it stands in the text, without its quotes. */
  readonly start: number;
  readonly end: number;
}

const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\s]+)\1/g;

/** What a JavaScript text imports. Found by its form: text that only looks like an import, in a comment say, is found too. */
export function importsOf(text: string): readonly ImportInText[] {
  return [...text.matchAll(pattern)].map((match) => {
    const [whole, , specifier = ""] = match;
    const end = match.index + whole.length - 1;
    return { specifier, start: end - specifier.length, end };
  });
}

export function isRelative(specifier: string): boolean {
  return /^\.{1,2}\//.test(specifier);
}
