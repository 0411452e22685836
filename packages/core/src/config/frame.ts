import type { BackworksError, Place } from "../errors.ts";
import { countLines, textOfLine } from "./place.ts";
import { displayText, displayWidth } from "./width.ts";

/** How mistakes are shown. */
export interface FrameOptions {
  /** Whether to colour with ANSI sequences. @defaultValue false */
  readonly color?: boolean;
  /** How many mistakes are shown in full. @defaultValue 20 */
  readonly limit?: number;
}

/** Columns of a frame before the code is moved to the right of a longer message. */
const codeColumn = 70;
const gutterWidth = 5;
/** Columns of source text shown around a mistake in a long line. */
const sourceWidth = 100;

/** Shows an error, or all that it stands for, each with its lines of text and a caret below the token. */
export function formatErrors(error: BackworksError, { color = false, limit = 20 }: FrameOptions = {}): string {
  const errors = error.errors.length > 0 ? error.errors : [error];
  const paint = color ? coloured : plain;
  const frames = errors.slice(0, limit).map((item) => formatOne(item, paint));
  const more = errors.length - limit;
  if (more > 0) frames.push(`and ${more} more`);
  return frames.join("\n\n");
}

interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly mark: (text: string) => string;
}

const plain: Paint = { strong: (text) => text, faint: (text) => text, mark: (text) => text };

const coloured: Paint = {
  strong: (text) => `\u001b[1m${text}\u001b[22m`,
  faint: (text) => `\u001b[2m${text}\u001b[22m`,
  mark: (text) => `\u001b[31m${text}\u001b[39m`,
};

function formatOne(error: BackworksError, paint: Paint): string {
  const { where, code, hint } = error;
  const message = displayText(error.message);
  const place = where === undefined ? "" : `${where.source.file}:${where.line}:${where.column}  `;
  const used = displayWidth(place) + displayWidth(message);
  const head = `${place === "" ? "" : paint.strong(place)}${message}${" ".repeat(Math.max(3, codeColumn - used))}${paint.faint(code)}`;
  const shown = hint === undefined ? "" : displayText(hint);
  if (where === undefined || where.source.text === "") return shown === "" ? head : `${head}\n  hint: ${shown}`;
  return `${head}\n${sourceLines(where, shown, paint).join("\n")}`;
}

function sourceLines(where: Place, hint: string, paint: Paint): string[] {
  const { source, line } = where;
  const text = textOfLine(source, line);
  const window = windowOf(text, where.column - 1, where.length);
  const before = displayText(window.before);
  const token = displayText(window.token);
  const lines: string[] = [];
  if (line > 1 && countLines(source) >= line)
    lines.push(numbered(line - 1, cut(textOfLine(source, line - 1), window.from), paint));
  lines.push(numbered(line, `${before}${token}${displayText(window.after)}`, paint));
  const carets = paint.mark("^".repeat(Math.max(1, displayWidth(token))));
  const tail = hint === "" ? "" : ` ${hint}`;
  lines.push(`${" ".repeat(gutterWidth)} ${paint.faint("|")} ${" ".repeat(displayWidth(before))}${carets}${tail}`);
  return lines;
}

function numbered(line: number, text: string, paint: Paint): string {
  return `${paint.faint(`${String(line).padStart(gutterWidth)} |`)} ${text}`.trimEnd();
}

interface Window {
  readonly before: string;
  readonly token: string;
  readonly after: string;
  /** Offset in the line at which the window begins. */
  readonly from: number;
}

/** The part of a line around a token; an ellipsis stands for what is left out. */
function windowOf(text: string, column: number, length: number): Window {
  if (text.length <= sourceWidth * 2) {
    return {
      before: text.slice(0, column),
      token: text.slice(column, column + length),
      after: text.slice(column + length),
      from: 0,
    };
  }
  const from = Math.max(0, column - sourceWidth / 2);
  const end = Math.min(column + length, from + sourceWidth);
  const last = Math.max(end, from + sourceWidth);
  return {
    before: `${from > 0 ? "…" : ""}${text.slice(from, column)}`,
    token: text.slice(column, end),
    after: `${text.slice(end, last)}${last < text.length ? "…" : ""}`,
    from,
  };
}

function cut(text: string, from: number): string {
  const part = text.slice(from, from + sourceWidth * 2);
  return displayText(`${from > 0 && part !== "" ? "…" : ""}${part}${from + part.length < text.length ? "…" : ""}`);
}
