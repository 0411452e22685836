import { SyntaxProblem } from "./problem.ts";

/** A piece of a scalar: text as it is sent, or an expression. Offsets count in the scalar. */
export type Segment = { readonly kind: "text"; readonly text: string } | ExpressionSegment;

export interface ExpressionSegment {
  readonly kind: "expression";
  /** Where `${` or `{{` begins, and where its end is. */
  readonly start: number;
  readonly end: number;
  /** What stands between them. */
  readonly from: number;
  readonly to: number;
  /** Whether it is written `{{ … }}`. */
  readonly older: boolean;
}

export interface ScanOptions {
  /** Offset to begin at. @defaultValue 0 */
  readonly from?: number;
  /** Offset to end at. @defaultValue the length of the text */
  readonly to?: number;
  /** Whether `{{ … }}` is an expression too. @defaultValue true */
  readonly older?: boolean;
}

/**
 * Cuts a scalar into texts and expressions. `$${` is the text `${`.
 *
 * @throws SyntaxProblem when an expression has no end
 */
export function scan(text: string, options: ScanOptions = {}): readonly Segment[] {
  const { from = 0, to = text.length, older = true } = options;
  const segments: Segment[] = [];
  let literal = "";
  let at = from;
  while (at < to) {
    const next = Math.min(to, nextOpening(text, at, older));
    const escaped = text.startsWith("$${", next);
    literal += text.slice(at, next) + (escaped ? "${" : "");
    at = escaped ? next + 3 : next;
    if (escaped || at >= to) continue;
    const segment = readExpression(text, at, to);
    segments.push(...textSegment(literal), segment);
    literal = "";
    at = segment.end;
  }
  return [...segments, ...textSegment(literal)];
}

function textSegment(text: string): readonly Segment[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

const openings = /\$?\$\{/g;
const allOpenings = /\$?\$\{|\{\{/g;

/** Offset of the next `${`, `$${` or `{{`, or the length of the text. */
function nextOpening(text: string, from: number, older: boolean): number {
  const pattern = older ? allOpenings : openings;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** The expression that begins at an offset. @throws SyntaxProblem */
export function readExpression(text: string, start: number, to: number): ExpressionSegment {
  const older = text.startsWith("{{", start);
  let depth = 0;
  const skip = createSkip(text, to);
  for (let at = start + 2; at < to; at += 1) {
    const character = text.charAt(at);
    if (character === "'" || character === '"') at = skip(at);
    else if (character === "{") depth += 1;
    else if (character === "}" && depth > 0) depth -= 1;
    else if (text.startsWith(older ? "}}" : "}", at)) {
      return { kind: "expression", start, end: at + (older ? 2 : 1), from: start + 2, to: at, older };
    }
  }
  throw unclosed(text, start, older);
}

/** Skips texts in quotes; behind one without an end nothing is skipped, as every further quote would be looked for to the end. */
function createSkip(text: string, to: number): (start: number) => number {
  let open = false;
  return (start) => {
    if (open) return start;
    const end = skipText(text, start, to);
    open = end === start;
    return end;
  };
}

/** Offset of the closing quote; where there is none, of the opening one, and the tokenizer will say so. */
function skipText(text: string, start: number, to: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < to; at += 1) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  return start;
}

function unclosed(text: string, start: number, older: boolean): SyntaxProblem {
  const opening = text.slice(start, start + 2);
  return new SyntaxProblem(`${opening} has no closing ${older ? "}}" : "}"}`, start, {
    end: start + 2,
    hint: `to send it as it is, write ${older ? "${'{{'}" : "$${"}`,
  });
}
