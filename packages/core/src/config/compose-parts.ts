import { EVENT_ID, parseEvents, YAMLException } from "js-yaml";
import type { Event } from "js-yaml";
import type { Source } from "../errors.ts";
import type { Pace } from "../pace.ts";
import { addAgain, addNew, hasRoomFor } from "./add-part.ts";
import { closeCollection } from "./collection.ts";
import type { OpenCollection, OpenMapping } from "./collection.ts";
import { addAll, addEntry, beginCollection, composeKey } from "./compose.ts";
import { createComposer, stop } from "./composer.ts";
import type { Composer } from "./composer.ts";
import { Excerpt } from "./excerpt.ts";
import type { Node, Parsed } from "./node.ts";
import type { ParseLimits } from "./parse.ts";
import { gatherParts } from "./gather-parts.ts";
import type { NextPart } from "./gather-parts.ts";
import { firstLine } from "./read-parts.ts";
import type { ReadPart, ReadParts } from "./read-parts.ts";
import type { TextPart, TextPiece } from "./text-parts.ts";

/** A text in pieces, and what reading them needs. */
export interface PartedText {
  readonly source: Source;
  readonly pieces: readonly TextPiece[];
  readonly partSize: number;
  readonly limits: ParseLimits;
  readonly pace: Pace;
  /** Of the text before. */
  readonly known?: ReadParts | undefined;
}

/**
 * Parses and composes one part after another and gives way between them; the tree is that of the whole text. Parts that were read before are
 * taken as they are.
 *
 * @returns `undefined` when a part is not what it seemed and the text has to be read as a whole
 * @throws YAMLException, as the parser would for the whole text
 */
export async function composeParts(text: PartedText): Promise<Parsed | undefined> {
  const composer = createComposer(text.source, text.limits);
  const reader = new PartReader(text, composer);
  try {
    const root = await reader.read();
    return root === undefined ? undefined : { root, errors: composer.errors, parts: reader.parts };
  } catch (thrown) {
    if (thrown !== stop) throw thrown;
    return { root: undefined, errors: composer.errors };
  }
}

const document: readonly number[] = [EVENT_ID.DOCUMENT, EVENT_ID.MAPPING];

class PartReader {
  /** What may be taken as it is the next time. */
  readonly parts = new Map<string, ReadPart>();
  readonly #text: PartedText;
  readonly #composer: Composer;
  #root: OpenMapping | undefined;
  /** The part that is being read. */
  #excerpt: Excerpt | undefined;

  constructor(text: PartedText, composer: Composer) {
    this.#text = text;
    this.#composer = composer;
  }

  async read(): Promise<Node | undefined> {
    for (const piece of this.#text.pieces) {
      const read = piece.entries === undefined ? await this.#entries(piece) : await this.#value(piece, piece.entries);
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
  async #value({ header }: TextPiece, entries: readonly TextPart[]): Promise<boolean> {
    const { source, partSize, known } = this.#text;
    const [first, ...others] = entries;
    const root = first === undefined ? undefined : await this.#begin(first);
    if (root === undefined || header === undefined) return false;
    const composer = this.#composer;
    const key = composeKey(composer, root);
    const value = beginCollection(composer, key.token, root.depth + 1);
    if (value === undefined) return false;
    addAll(composer, value);
    for (const part of gatherParts(source.text, others, { partSize, known })) {
      if (!(await this.#continue(value, part, header))) return false;
    }
    addEntry(composer, root, { key, value: closeCollection(composer, value) });
    return true;
  }

  /** Reads a part that begins with an entry of the root, up to that entry. */
  async #begin(part: TextPart): Promise<OpenMapping | undefined> {
    await this.#text.pace();
    const composer = this.#composer;
    const events = this.#parse(part, nowhere);
    if (events === undefined || !begins(events, document)) return undefined;
    composer.next = 1;
    if (this.#root !== undefined) {
      composer.next = 2;
      return this.#root;
    }
    const open = beginCollection(composer, { source: composer.source, start: 0, end: 1 }, 1);
    this.#root = open?.kind === "mapping" ? open : undefined;
    return this.#root;
  }

  async #continue(value: OpenCollection, part: NextPart, header: TextPart): Promise<boolean> {
    await this.#text.pace();
    const { read } = part;
    if (read !== undefined && this.#addAgain(value, read, part.start)) return true;
    const composer = this.#composer;
    const events = this.#parse(part, header);
    const kind = value.kind === "mapping" ? EVENT_ID.MAPPING : EVENT_ID.SEQUENCE;
    if (events === undefined || !begins(events, [...document, EVENT_ID.SCALAR, kind])) return false;
    composer.next = 4;
    this.#addNew(value, header);
    return true;
  }

  #addNew(value: OpenCollection, header: TextPart): void {
    const added = addNew(this.#composer, value);
    const excerpt = this.#excerpt;
    if (added === undefined || excerpt === undefined) return;
    const above = header.end - header.start;
    const text = excerpt.text.slice(above);
    this.parts.set(firstLine(text), { ...added, text, excerpt, above });
  }

  /** Takes a part as it was read before; whether it can be taken here. */
  #addAgain(value: OpenCollection, read: ReadPart, start: number): boolean {
    const line = firstLine(read.text);
    if (this.parts.has(line) || !hasRoomFor(value, read)) return false;
    read.excerpt.moveTo(this.#text.source, start - read.above);
    addAgain(value, read);
    this.parts.set(line, read);
    return true;
  }

  /** Has the composer read a part below the line of its key. */
  #parse(part: TextPart, header: TextPart): readonly Event[] | undefined {
    const { source } = this.#text;
    const above = source.text.slice(header.start, header.end);
    const text = above + source.text.slice(part.start, part.end);
    const events = parsePart(text, this.#text, { ...part, above });
    this.#excerpt = new Excerpt(text, source, part.start - above.length);
    this.#composer.source = this.#excerpt;
    this.#composer.events = events ?? [];
    return events;
  }
}

function begins(events: readonly Event[], types: readonly number[]): boolean {
  return types.every((type, index) => events[index]?.type === type);
}

const nowhere: TextPart = { start: 0, end: 0 };

interface PartPlace extends TextPart {
  /** What stands above it in the text that is parsed. */
  readonly above: string;
}

/** The events of a text that is a part below the line of its key; `undefined` when it ends too early. */
function parsePart(
  text: string,
  { source, limits }: PartedText,
  { start, end, above }: PartPlace,
): readonly Event[] | undefined {
  const parse = (whole: string): readonly Event[] => parseEvents(whole, { maxDepth: limits.maxDepth });
  try {
    return parse(text);
  } catch {
    // What is not closed at the end of a part is a mistake in the line behind it.
    const to = endOfLine(source.text, end);
    const longer = above + source.text.slice(start, to);
    return refuse(() => parse(longer), { offset: start - above.length, isWhole: to === source.text.length });
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
