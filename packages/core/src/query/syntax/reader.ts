import { suggest } from "../../suggest.ts";
import { invalid } from "../errors.ts";
import { limits } from "../limits.ts";

/** Parts of a query that were read so far, over all its parameters. */
export interface Budget {
  items: number;
}

/** A place in the text of one parameter. */
export interface Reader {
  readonly parameter: string;
  readonly text: string;
  readonly budget: Budget;
  at: number;
}

/** @throws BW_QUERY_INVALID */
export function createReader(parameter: string, text: string, budget: Budget): Reader {
  if (text.length > limits.length) throw invalid(parameter, `is longer than ${limits.length} characters`);
  return { parameter, text, budget, at: 0 };
}

/** Counts one part more. @throws BW_QUERY_INVALID */
export function spend(reader: Pick<Reader, "parameter" | "budget">): void {
  reader.budget.items += 1;
  if (reader.budget.items > limits.items) throw invalid(reader.parameter, `has more than ${limits.items} parts`);
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
export function expectEnd(reader: Reader): void {
  if (!atEnd(reader)) throw unexpected(reader, "its end");
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
