import { openQuoteOrBracket } from "./open-token.ts";
import { indentOf, lineFrom, previousLine, startOfLine } from "./text-line.ts";

/** A YAML mistake in words people use, with the stretch of text that holds it. */
export interface SyntaxMistake {
  readonly problem: string;
  readonly hint: string | undefined;
  readonly start: number;
  readonly end: number;
}

interface Context {
  readonly text: string;
  readonly reason: string;
  /** Where the parser gave up. */
  readonly position: number;
  /** The line of `position`, as text and by offset of its first character. */
  readonly line: string;
  readonly lineStart: number;
}

/**
 * Says what is wrong where a YAML parser gave up, which is often later than the mistake.
 *
 * The causes are tried from the one that explains most; the parser's own reason comes last.
 */
export function explainSyntax(text: string, reason: string, position: number): SyntaxMistake {
  const at = Math.min(position, text.length);
  const lineStart = startOfLine(text, at);
  const context: Context = { text, reason, position: at, line: lineFrom(text, lineStart), lineStart };
  for (const explain of explanations) {
    const mistake = explain(context);
    if (mistake !== undefined) return mistake;
  }
  return { problem: reasons[reason] ?? reason, hint: undefined, ...mark(context, at) };
}

type Explain = (context: Context) => SyntaxMistake | undefined;

const explanations: readonly Explain[] = [
  control,
  emptyAlias,
  escape,
  unclosed,
  tabBehindColon,
  tab,
  strayCharacter,
  listBesideKey,
  textAfterQuote,
  expressionInFlow,
  braceInFlow,
  lineWithoutBlank,
  lineWithoutColon,
  secondColon,
  indentation,
  mixedLevels,
];

/** The parser's reasons that no explanation above covers, in our words. */
const reasons: Readonly<Record<string, string>> = {
  "expected the node content, but found ','": "an entry between two commas is empty",
  "missed comma between flow collection entries": "a comma is missing between two entries",
  "end of the stream or a document separator is expected": "nothing may follow here",
  "a line break is expected": "a line break must follow | or >",
  "a whitespace character is expected after the key-value separator within a block mapping":
    "a space must follow the colon",
  "bad indentation of a mapping entry": "this does not fit the lines around it",
  "bad indentation of a sequence entry": "this does not fit the list around it",
  "deficient indentation": "this line must be indented further",
};

function control({ text, reason, position }: Context): SyntaxMistake | undefined {
  if (!/non-printable|null byte|valid JSON character/.test(reason)) return undefined;
  const code = text.codePointAt(position)?.toString(16).toUpperCase().padStart(4, "0") ?? "0000";
  return { problem: `a control character (U+${code})`, hint: "remove it", start: position, end: position + 1 };
}

function escape({ text, reason, position }: Context): SyntaxMistake | undefined {
  if (!/escape sequence|hexadecimal/.test(reason)) return undefined;
  const start = text.lastIndexOf("\\", position - 1);
  const end = Math.max(start + 2, position);
  return {
    problem: `${text.slice(start, end)} is no escape`,
    hint: "write \\\\ for a backslash, or use single quotes",
    start,
    end,
  };
}

function unclosed({ text, position, reason, line, lineStart }: Context): SyntaxMistake | undefined {
  const here = text[position] ?? "";
  if (reason === "deficient indentation" && "]}".includes(here) && here !== "") {
    return {
      problem: `this ${here} must be indented further than its key`,
      hint: undefined,
      start: position,
      end: position + 1,
    };
  }
  const open = openQuoteOrBracket(text, lineStart + line.length);
  if (open === undefined) return undefined;
  const sign = text[open] ?? "";
  if (sign === '"' || sign === "'") {
    return { problem: `this ${sign} is not closed on its line`, hint: undefined, start: open, end: open + 1 };
  }
  const hint = closingHint(sign, lineFrom(text, open));
  return { problem: `this ${sign} is not closed`, hint, start: open, end: open + 1 };
}

function closingHint(sign: string, line: string): string {
  if (/\s#.*[\]}]/.test(line)) return "# begins a comment: write a text with it in quotes";
  return `put ${sign === "[" ? "]" : "}"} behind the last entry`;
}

/** The parser takes it for the indentation of what stands in the brackets. */
function tabBehindColon({ reason, line, lineStart }: Context): SyntaxMistake | undefined {
  const [, key = "", tabs] = /^([^\t]*:)(\t+)[[{]/.exec(line) ?? [];
  if (reason !== "deficient indentation" || tabs === undefined) return undefined;
  const start = lineStart + key.length;
  return { problem: "a tab stands behind the colon", hint: "write a blank", start, end: start + tabs.length };
}

function tab({ text, position, reason, line, lineStart }: Context): SyntaxMistake | undefined {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  const inIndent = indent.indexOf("\t");
  if (inIndent < 0 && !reason.startsWith("tab characters")) return undefined;
  const start = inIndent < 0 ? position : lineStart + inIndent;
  const length = /^\t*/.exec(text.slice(start))?.[0].length ?? 1;
  return {
    problem: "a tab indents this line",
    hint: "YAML is indented by spaces",
    start,
    end: start + Math.max(1, length),
  };
}

function strayCharacter(context: Context): SyntaxMistake | undefined {
  const { text, position } = context;
  const sign = text[position] ?? "";
  if (sign === "]" || sign === "}") {
    return { problem: `this ${sign} closes nothing`, hint: undefined, start: position, end: position + 1 };
  }
  if (!"@`%".includes(sign) || sign === "") return undefined;
  return { problem: `a value cannot begin with ${sign}`, hint: "write it in quotes", ...mark(context, position) };
}

function emptyAlias({ reason, position }: Context): SyntaxMistake | undefined {
  if (!/name of an (?:alias|anchor)/.test(reason)) return undefined;
  const sign = reason.includes("alias") ? "*" : "&";
  return {
    problem: `a value cannot begin with ${sign}`,
    hint: `write "${sign}" in quotes`,
    start: position - 1,
    end: position,
  };
}

function listBesideKey(context: Context): SyntaxMistake | undefined {
  const { text, position, line, lineStart } = context;
  if (text[position] !== "-" || !/\S/.test(line.slice(0, position - lineStart))) return undefined;
  return {
    problem: "a list cannot begin beside its key",
    hint: "begin it on the next line, or write [a, b]",
    start: position,
    end: position + 1,
  };
}

function textAfterQuote(context: Context): SyntaxMistake | undefined {
  const { position, line, lineStart } = context;
  const before = line.slice(0, position - lineStart).trimEnd();
  const sign = before.at(-1) ?? "";
  if (!/["'\]}]/.test(sign) || context.text[position] === ":") return undefined;
  const quote = sign === '"' || sign === "'";
  const hint = quote ? `write ${sign === "'" ? "''" : '\\"'} for a quote inside the text` : undefined;
  return { problem: `nothing may follow the closing ${sign}`, hint, ...mark(context, position) };
}

/** `{ id: ${path.id} }`: the brace of the expression ends the entry. */
function expressionInFlow({ text, position, lineStart, line }: Context): SyntaxMistake | undefined {
  const start = text.lastIndexOf("${", position);
  if (start < lineStart || !/[[{]/.test(line.slice(0, start - lineStart))) return undefined;
  const close = text.indexOf("}", start);
  const end = close < 0 ? start + 2 : close + 1;
  return {
    problem: "an expression inside { } or [ ] must be quoted",
    hint: `write "${text.slice(start, end)}"`,
    start,
    end,
  };
}

/** `{ path: /users/{id} }`: the brace of the parameter begins a mapping. */
function braceInFlow({ reason, position, lineStart, line }: Context): SyntaxMistake | undefined {
  const [before = ""] = /[^\s,:[\]{}"']+$/.exec(line.slice(0, position - lineStart)) ?? [];
  const [rest = ""] = /^\{[^\s,"']*\}[^\s,"'}]*/.exec(line.slice(position - lineStart)) ?? [];
  if (!reason.startsWith("missed comma") || before === "" || rest === "") return undefined;
  const [problem, hint] = ["a text with braces must be quoted here", `write "${before}${rest}"`];
  return { problem, hint, start: position - before.length, end: position + rest.length };
}

/** `path:/users` is one text, and what follows it does not fit. */
function lineWithoutBlank(context: Context): SyntaxMistake | undefined {
  for (const start of [context.lineStart, previousLine(context.text, context.lineStart)]) {
    const found =
      start === undefined
        ? null
        : /^(\s*(?:- )*[\w-]+):[^\s:/].*|^(\s*(?:- )*[\w-]+):\/(?!\/).*/.exec(lineFrom(context.text, start));
    if (found === null || start === undefined) continue;
    const colon = start + (found[1] ?? found[2] ?? "").length;
    return { problem: "a blank must follow the colon", hint: undefined, start: colon, end: colon + 1 };
  }
  return undefined;
}

/** The parser takes a line without a colon for text that goes on, and complains at the next one. */
function lineWithoutColon(context: Context): SyntaxMistake | undefined {
  if (!/mapping entry|mapping key|sequence entry|stream or a document/.test(context.reason)) return undefined;
  const above = previousLine(context.text, context.lineStart);
  return withoutColon(context, context.lineStart) ?? (above === undefined ? undefined : withoutColon(context, above));
}

function withoutColon(context: Context, start: number): SyntaxMistake | undefined {
  const found = /^(\s*(?:- )*)([^\s#"'\-[{|>&*!?:][^:#]*?)\s*(?:#.*)?$/.exec(lineFrom(context.text, start));
  if (found === null) return undefined;
  const [, indent = "", content = ""] = found;
  // An item of a list may be a text alone, unless keys of it follow.
  if (indent.includes("-") && (start === context.lineStart || indentOf(context.line) < indent.length)) return undefined;
  const word = /^\S+/.exec(content)?.[0] ?? content;
  const from = start + indent.length;
  return { problem: `a colon is missing behind ${word}`, hint: undefined, start: from, end: from + word.length };
}

function secondColon({ text, position, line, lineStart }: Context): SyntaxMistake | undefined {
  if (text[position] !== ":" || !/:\s/.test(line.slice(0, position - lineStart))) return undefined;
  return {
    problem: "a second colon in one line",
    hint: "write the value in quotes",
    start: position,
    end: position + 1,
  };
}

/** A line indented further than its neighbours, or less than them without meeting an outer level. */
function indentation(context: Context): SyntaxMistake | undefined {
  const { text, line, lineStart } = context;
  if (line.trimStart().startsWith("- ")) return undefined;
  const before = previousLine(text, lineStart);
  if (!context.reason.includes("mapping entry") || before === undefined) return undefined;
  const width = indentOf(line);
  const neighbour = indentOf(lineFrom(text, before));
  if (width === neighbour) return undefined;
  const word = /^[^\s:]+/.exec(line.slice(width))?.[0] ?? "";
  const problem = `${word} is indented by ${width}, the line above by ${neighbour}`;
  return {
    problem,
    hint: "keys of one mapping begin in one column",
    start: lineStart + width,
    end: lineStart + width + Math.max(1, word.length),
  };
}

function mixedLevels(context: Context): SyntaxMistake | undefined {
  if (!/end of the stream|bad indentation/.test(context.reason)) return undefined;
  const width = indentOf(context.line);
  const item = context.line.slice(width).startsWith("-");
  const problem = item ? "a list item stands among keys" : "a key stands outside the mapping or list above it";
  return { problem, hint: "check the indentation", ...mark(context, context.lineStart + width) };
}

/** The token at a position: to the end of the word, one character at least. */
function mark({ text }: Context, position: number): { start: number; end: number } {
  const word = /^[^\s:,[\]{}]+/.exec(text.slice(position, position + 200))?.[0] ?? "";
  return { start: position, end: position + Math.max(1, word.length) };
}
