import type { Pace } from "../pace.ts";

/** A stretch of a text that holds whole entries of one mapping or list. */
export interface TextPart {
  readonly start: number;
  readonly end: number;
}

/** Entries of the root; or one entry of it whose value is read in parts. */
export type TextPiece = TextPart & {
  /** The line of the key, when this is one entry; the first of `entries` holds it. */
  readonly header?: TextPart;
  /** Entries of the value. */
  readonly entries?: readonly TextPart[];
};

/**
 * Cuts a large configuration where one entry ends and the next begins: at the root and one level below.
 *
 * In YAML a line that is indented no further than a block mapping's keys ends whatever its last value held:
 * plain, quoted and block scalars and flow collections all need deeper lines (YAML 1.2.2, 6.1, 7.3, 8.1).
 * So each part can be parsed by itself, below the line of its key. A text that is not plainly of this
 * form (several documents, directives, keys that are not plain) is not cut.
 *
 * @returns `undefined` when the text has to be read as a whole
 */
export async function cutText(text: string, partSize: number, pace: Pace): Promise<readonly TextPiece[] | undefined> {
  if (text.length <= partSize) return undefined;
  const whole: Searched = { text, part: { start: 0, end: text.length }, pace };
  if (await holds(whole, uncuttable)) return undefined;
  const starts = await entryStarts(whole, rootEntry);
  if (starts.length === 0 || (await holds(whole, strayRoot))) return undefined;
  const pieces: TextPiece[] = [];
  for (const entry of stretches(0, starts, text.length)) {
    const large = entry.end - entry.start > partSize;
    pieces.push(large ? await cutEntry({ text, part: entry, pace }) : entry);
  }
  return gather(pieces, partSize);
}

/** A part of a text that is looked through in slices. */
interface Searched {
  readonly text: string;
  readonly part: TextPart;
  readonly pace: Pace;
}

/** Characters that a pattern is looked for in at a time. */
const searchedAtOnce = 16 * 1024;

/** The part in stretches of whole lines, with the others' turn between them. */
async function* linesOf({ text, part, pace }: Searched): AsyncGenerator<TextPart & { readonly lines: string }> {
  let { start } = part;
  while (start < part.end) {
    await pace();
    const newline = text.indexOf("\n", start + searchedAtOnce);
    const end = newline < 0 ? part.end : Math.min(newline + 1, part.end);
    yield { start, end, lines: text.slice(start, end) };
    start = end;
  }
}

async function holds(searched: Searched, pattern: RegExp): Promise<boolean> {
  for await (const { lines } of linesOf(searched)) if (pattern.test(lines)) return true;
  return false;
}

/**
 * Line breaks that are not `\n`, or are none in YAML; a NUL, which is refused before anything else;
 * lines that divide documents or say how to read them.
 *
 * The one `---` at the beginning is a document's too, and rare enough not to be looked for.
 */
// oxlint-disable-next-line no-control-regex -- the control character is what is looked for
const uncuttable = /\r(?!\n)|[\0\u2028\u2029]|^(?:---|\.\.\.|%)/m;

const word = String.raw`(?:[A-Za-z_/][\w/.{}:-]*?|"[^"\\\r\n]*"|'[^'\r\n]*')`;
const key = String.raw`${word}[ \t]*:(?=[ \t\r\n])`;
const item = String.raw`-(?=[ \r\n])`;
const rootEntry = new RegExp(`^${key}`, "gm");
/** A line that may go on with what stands before it, whatever it looks like: `? `, a quote, another kind of key. */
const strayRoot = strayLine(0, `${key}|${item}`);
/** A key with nothing but a remark behind it. */
const headerLine = new RegExp(String.raw`^${word}[ \t]*:[ \t]*(?:#.*)?\r?\n`, "my");
/** The first line that says something. */
const firstLine = /(?:[ \t]*(?:#.*)?\r?\n)*( *)(-(?=[ \r\n])|[^\s#-])/y;

/** A line that says something, is indented no further than the entries, and begins none. */
function strayLine(indent: number, entry: string): RegExp {
  return new RegExp(String.raw`^(?! {${indent + 1}}| *(?:#|\r?$)|${entry})`, "m");
}

async function entryStarts(searched: Searched, pattern: RegExp): Promise<number[]> {
  const starts: number[] = [];
  for await (const { start, lines } of linesOf(searched)) {
    for (const { index } of lines.matchAll(pattern)) starts.push(start + index);
  }
  return starts;
}

/** From one start to the next; what is before the first belongs to it. */
function stretches(from: number, starts: readonly number[], to: number): TextPart[] {
  return starts.map((start, index) => ({ start: index === 0 ? from : start, end: starts[index + 1] ?? to }));
}

/** An entry of the root whose value is a block mapping or a block list, in parts. */
async function cutEntry(searched: Searched): Promise<TextPiece> {
  const { text, part, pace } = searched;
  const { start, end } = part;
  const [head = start] = await entryStarts(searched, rootEntry);
  headerLine.lastIndex = head;
  const header = headerLine.exec(text);
  if (header === null) return { start, end };
  const begin = head + header[0].length;
  const starts = await innerStarts({ text, part: { start: begin, end }, pace });
  if (starts.length < 2) return { start, end };
  return { start, end, header: { start: head, end: begin }, entries: stretches(start, starts, end) };
}

/** Where the entries of a value begin; none when it is of another form. */
async function innerStarts(value: Searched): Promise<readonly number[]> {
  firstLine.lastIndex = value.part.start;
  const [, indent = "", sign] = firstLine.exec(value.text) ?? [];
  if (sign === undefined || (sign !== "-" && indent === "")) return [];
  const pattern = `${indent}${sign === "-" ? item : key}`;
  if (await holds(value, strayLine(indent.length, pattern))) return [];
  return entryStarts(value, new RegExp(`^${pattern}`, "gm"));
}

/** Joins neighbours until they are large enough; a piece in parts stays by itself. */
function gather(pieces: readonly TextPiece[], partSize: number): readonly TextPiece[] {
  const gathered: TextPiece[] = [];
  let last: TextPiece | undefined;
  for (const piece of pieces) {
    const joins = last !== undefined && isPlain(last) && isPlain(piece) && piece.end - last.start <= partSize;
    last = joins && last !== undefined ? { start: last.start, end: piece.end } : piece;
    if (joins) gathered.pop();
    gathered.push(last);
  }
  return gathered;
}

function isPlain(piece: TextPiece): boolean {
  return piece.entries === undefined;
}
