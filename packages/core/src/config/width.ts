/** Text as a terminal may show it: tabs as two blanks, control characters and what cannot be seen as pictures. */
export function displayText(text: string): string {
  return text.replace(unseen, (sign) => {
    if (sign === "\t") return "  ";
    const code = sign.charCodeAt(0);
    return code < 32 ? String.fromCharCode(0x2400 + code) : "�";
  });
}

const unseen =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * Columns a text takes on a terminal: two for wide characters, none for combining ones.
 *
 * Source: the ranges of Unicode's East Asian Width W and F (UAX 11), emoji among them, rounded to whole blocks.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += widthOf(sign.codePointAt(0) ?? 0, sign);
  return width;
}

const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2728, 0x2728],
  [0x2b50, 0x2b50],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f19a],
  [0x1f200, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f90c, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

function widthOf(code: number, sign: string): number {
  if (code < 0x300) return 1;
  if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(sign)) return 0;
  return wide.some(([low, high]) => code >= low && code <= high) ? 2 : 1;
}
