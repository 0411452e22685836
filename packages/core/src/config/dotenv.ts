import { BackworksError } from "../errors.ts";
import type { Source } from "../errors.ts";
import { mostMistakes } from "./most-mistakes.ts";
import { placeAt } from "./place.ts";

export interface Dotenv {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly BackworksError[];
}

const assignment = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/y;
const ignored = /[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/y;
const unquoted = /[^\r\n]*/y;

/**
 * Reads `NAME=value` lines: `export`, comments, `'literal'`, `"with \n escapes"`, both over several lines.
 * Nothing is expanded; the last of two equal names wins.
 */
export function parseDotenv(source: Source): Dotenv {
  const { text } = source;
  const values = Object.create(null) as Record<string, string>;
  const errors: BackworksError[] = [];
  let index = 0;
  while (index < text.length) {
    const blank = match(ignored, text, index);
    if (blank !== undefined && blank[0] !== "") {
      index += blank[0].length;
      continue;
    }
    const read = readAssignment(text, index);
    if ("problem" in read) {
      if (errors.length < mostMistakes) errors.push(problemAt(source, index, read.problem));
    } else values[read.name] = read.value;
    index = read.end;
  }
  return { values, errors };
}

type Assignment = { readonly name: string; readonly value: string; readonly end: number };

function readAssignment(text: string, index: number): Assignment | { problem: string; end: number } {
  const lineEnd = index + (match(unquoted, text, index)?.[0].length ?? 0) + 1;
  const found = match(assignment, text, index);
  if (found?.[1] === undefined) return { problem: "this is not NAME=value", end: lineEnd };
  const read = readValue(text, index + found[0].length);
  return read === undefined ? { problem: "a quote is not closed", end: lineEnd } : { name: found[1], ...read };
}

function readValue(text: string, start: number): { value: string; end: number } | undefined {
  const quote = text[start];
  if (quote !== '"' && quote !== "'" && quote !== "`") {
    const line = match(unquoted, text, start)?.[0] ?? "";
    return { value: line.replace(/(?:^|[ \t])#.*$/, "").trim(), end: start + line.length };
  }
  const close = closingQuote(text, start, quote);
  if (close === undefined) return undefined;
  const raw = text.slice(start + 1, close);
  const rest = match(unquoted, text, close + 1)?.[0] ?? "";
  return { value: quote === '"' ? unescape(raw) : raw, end: close + 1 + rest.length };
}

function closingQuote(text: string, start: number, quote: string): number | undefined {
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === "\\" && quote === '"') index += 1;
    else if (text[index] === quote) return index;
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescape(raw: string): string {
  return raw.replace(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign);
}

function match(pattern: RegExp, text: string, index: number): RegExpExecArray | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text) ?? undefined;
}

function problemAt(source: Source, index: number, problem: string): BackworksError {
  const line = match(unquoted, source.text, index)?.[0] ?? "";
  // The line may be a secret that lost its name: it is not shown.
  const where = {
    ...placeAt(source, index, index + Math.max(1, line.trimEnd().length)),
    source: { ...source, text: "" },
  };
  return new BackworksError("BW_FILE_SYNTAX", { file: source.file, problem }, { where });
}
