import { EVENT_ID, parseEvents, YAMLException } from "js-yaml";
import type { Event } from "js-yaml";
import type { Source } from "../errors.ts";
import type { Pace } from "../pace.ts";
import { closeCollection } from "./collection.ts";
import type { OpenCollection, OpenMapping } from "./collection.ts";
import { addAll, addEntry, beginCollection, composeKey } from "./compose.ts";
import { createComposer, stop } from "./composer.ts";
import type { Composer } from "./composer.ts";
import type { Node, Parsed } from "./node.ts";
import type { ParseLimits } from "./parse.ts";
import type { TextPart, TextPiece } from "./text-parts.ts";

/** A text in pieces, and what reading them needs. */
export interface PartedText {
  readonly source: Source;
  readonly pieces: readonly TextPiece[];
  readonly limits: ParseLimits;
  readonly pace: Pace;
}

/**
 * Parses and composes one part after another and gives way between them; the tree is that of the whole text.
 *
 * @returns `undefined` when a part is not what it seemed and the text has to be read as a whole
 * @throws YAMLException, as the parser would for the whole text
 */
export async function composeParts(text: PartedText): Promise<Parsed | undefined> {
  const composer = createComposer(text.source, text.limits);
  try {
    const root = await new PartReader(text, composer).read();
    return root === undefined ? undefined : { root, errors: composer.errors };
  } catch (thrown) {
    if (thrown !== stop) throw thrown;
    return { root: undefined, errors: composer.errors };
  }
}

const document: readonly number[] = [EVENT_ID.DOCUMENT, EVENT_ID.MAPPING];

class PartReader {
  readonly #text: PartedText;
  readonly #composer: Composer;
  #root: OpenMapping | undefined;

  constructor(text: PartedText, composer: Composer) {
    this.#text = text;
    this.#composer = composer;
  }

  async read(): Promise<Node | undefined> {
    for (const piece of this.#text.pieces) {
      const read = piece.parts === undefined ? await this.#entries(piece) : await this.#parts(piece, piece.parts);
      if (!read) return undefined;
    }
    return this.#root === undefined ? undefined : closeCollection(this.#composer, this.#root);
  }

  async #entries(part: TextPart): Promise<boolean> {
    const root = await this.#begin(part);
    if (root === undefined) return false;
    addAll(this.#composer, root);
    return true;
  }

  /** One entry of the root; its value stays open from part to part. */
  async #parts({ header }: TextPiece, parts: readonly TextPart[]): Promise<boolean> {
    const [first, ...others] = parts;
    const root = first === undefined ? undefined : await this.#begin(first);
    if (root === undefined || header === undefined) return false;
    const composer = this.#composer;
    const key = composeKey(composer, root);
    const value = beginCollection(composer, key.token, root.depth + 1);
    if (value === undefined) return false;
    addAll(composer, value);
    for (const part of others) if (!(await this.#continue(value, part, header))) return false;
    addEntry(composer, root, { key, value: closeCollection(composer, value) });
    return true;
  }

  /** Reads a part that begins with an entry of the root, up to that entry. */
  async #begin(part: TextPart): Promise<OpenMapping | undefined> {
    await this.#text.pace();
    const composer = this.#composer;
    const events = parsePart(this.#text, part);
    if (events === undefined || !begins(events, document)) return undefined;
    composer.events = events;
    composer.base = part.start;
    composer.next = 1;
    if (this.#root !== undefined) {
      composer.next = 2;
      return this.#root;
    }
    const open = beginCollection(composer, { source: this.#text.source, start: 0, end: 1 }, 1);
    this.#root = open?.kind === "mapping" ? open : undefined;
    return this.#root;
  }

  async #continue(value: OpenCollection, part: TextPart, header: TextPart): Promise<boolean> {
    await this.#text.pace();
    const composer = this.#composer;
    const events = parsePart(this.#text, part, header);
    const kind = value.kind === "mapping" ? EVENT_ID.MAPPING : EVENT_ID.SEQUENCE;
    if (events === undefined || !begins(events, [...document, EVENT_ID.SCALAR, kind])) return false;
    composer.events = events;
    composer.base = part.start - (header.end - header.start);
    composer.next = 4;
    addAll(composer, value);
    return true;
  }
}

function begins(events: readonly Event[], types: readonly number[]): boolean {
  return types.every((type, index) => events[index]?.type === type);
}

const nowhere: TextPart = { start: 0, end: 0 };

/** The events of a part below the line of its key; `undefined` when it ends too early. */
function parsePart({ source, limits }: PartedText, part: TextPart, header = nowhere): readonly Event[] | undefined {
  const above = source.text.slice(header.start, header.end);
  const parse = (end: number): readonly Event[] =>
    parseEvents(above + source.text.slice(part.start, end), { maxDepth: limits.maxDepth });
  try {
    return parse(part.end);
  } catch {
    // What is not closed at the end of a part is a mistake in the line behind it.
    const end = endOfLine(source.text, part.end);
    return refuse(() => parse(end), { offset: part.start - above.length, isWhole: end === source.text.length });
  }
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

/** Throws what the parser throws, with its place in the whole; `undefined` when the part only ended in the middle of something. */
function refuse(parse: () => unknown, { offset, isWhole }: { offset: number; isWhole: boolean }): undefined {
  try {
    parse();
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof YAMLException) || thrown.mark === undefined) throw thrown;
    const { mark, reason } = thrown;
    if (!isWhole && reason.startsWith("unexpected end of the stream")) return undefined;
    throw new YAMLException(reason, { ...mark, position: mark.position + offset });
  }
}
