import { suggest } from "../../suggest.ts";
import { invalid } from "../errors.ts";
import { limits } from "../limits.ts";

/** Whose words are understood: PostgREST's, or those and our own shorter ones (`name=Pen`, `sort`, `page`, `per_page`, `after`). */
export type Dialect = "backworks" | "postgrest";

/** A query that is being read, over all its parameters. */
export interface Reading {
  readonly dialect: Dialect;
  /** Parts that were read so far. */
  items: number;
}

/** A place in the text of one parameter. */
export interface Reader {
  readonly parameter: string;
  readonly text: string;
  readonly reading: Reading;
  at: number;
}

/** @throws BW_QUERY_INVALID */
export function createReader(parameter: string, text: string, reading: Reading): Reader {
  if (text.length > limits.length) throw invalid(parameter, `is longer than ${limits.length} characters`);
  return { parameter, text, reading, at: 0 };
}

/** Counts one part more. @throws BW_QUERY_INVALID */
export function spend(reader: Pick<Reader, "parameter" | "reading">): void {
  reader.reading.items += 1;
  if (reader.reading.items > limits.items) throw invalid(reader.parameter, `has more than ${limits.items} parts`);
}

export function atEnd({ at, text }: Reader): boolean {
  return at >= text.length;
}

export function looksAt({ at, text }: Reader, token: string): boolean {
  return text.startsWith(token, at);
}

/** Steps over a token that may stand here. */
export function take(reader: Reader, token: string): boolean {
  if (!looksAt(reader, token)) return false;
  reader.at += token.length;
  return true;
}

/** Steps over a token that must stand here. @throws BW_QUERY_INVALID */
export function expect(reader: Reader, token: string): void {
  if (!take(reader, token)) throw unexpected(reader, token);
}

/** @throws BW_QUERY_INVALID */
export function expectEnd(reader: Reader, expected: string = "its end"): void {
  if (!atEnd(reader)) throw unexpected(reader, expected);
}

/** The same behind a bracket that closes what was read: PostgREST looks no further. @throws BW_QUERY_INVALID */
export function expectEndOfBrackets(reader: Reader, expected?: string): void {
  const { text, at, reading } = reader;
  const closed = text[at] === ")" || text.slice(0, at).trimEnd().endsWith(")");
  if (reading.dialect !== "postgrest" || !closed) expectEnd(reader, expected);
}

export function skipSpace(reader: Reader): void {
  while (reader.text[reader.at] === " ") reader.at += 1;
}

/** Reads as far as a sticky expression goes; empty when it does not begin here. */
export function takeMatch(reader: Reader, sticky: RegExp): string {
  sticky.lastIndex = reader.at;
  const found = sticky.exec(reader.text)?.[0] ?? "";
  reader.at += found.length;
  return found;
}

/** An error at the reader's place: what was expected there and what stands there. */
export function unexpected(reader: Reader, expected: string): Error {
  const { parameter, text, at } = reader;
  const found = at >= text.length ? "the end" : text.slice(at, at + 20);
  return invalid(parameter, `expects ${expected}, found ${found}`, { position: at });
}

/** An error about a word that was read. */
export function unknownWord(
  reader: Reader,
  word: { readonly text: string; readonly what: string; readonly at: number },
  known: Iterable<string>,
): Error {
  const words = [...known];
  const near = suggest(word.text, words);
  const hint = near === undefined ? `known are ${words.join(", ")}` : `did you mean ${near}?`;
  return invalid(reader.parameter, `has ${word.text === "" ? "no" : "the unknown"} ${word.what} ${word.text}`.trim(), {
    position: word.at,
    hint,
  });
}

/** Reads parts with commas between them, up to where `isEnd` says. */
export function takeList<T>(reader: Reader, part: (reader: Reader) => T): T[] {
  const parts: T[] = [];
  do {
    spend(reader);
    skipSpace(reader);
    parts.push(part(reader));
    skipSpace(reader);
  } while (take(reader, ","));
  return parts;
}

/** `"…"`, where `\` takes the next character as it is; `undefined` when it does not end. */
export function takeQuoted(reader: Reader): string | undefined {
  let text = "";
  for (let at = reader.at + 1; at < reader.text.length; at += 1) {
    const character = reader.text[at];
    if (character === '"') {
      reader.at = at + 1;
      return text;
    }
    if (character === "\\") at += 1;
    text += reader.text[at] ?? "";
  }
  return undefined;
}
