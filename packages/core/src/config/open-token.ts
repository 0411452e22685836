/**
 * The first quote before `limit` that is not closed on its line, otherwise the outermost bracket still open there.
 *
 * Knows as much YAML as it takes to skip comments, quotes and block texts; used only on texts that do not parse.
 */
export function openQuoteOrBracket(text: string, limit: number): number | undefined {
  const brackets: number[] = [];
  let start = 0;
  let blockIndent: number | undefined;
  while (start <= limit && start < text.length) {
    const line = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const blank = line.trim() === "";
    if (blockIndent !== undefined && !blank && indent <= blockIndent) blockIndent = undefined;
    if (blockIndent === undefined && !blank) {
      const quote = scanLine({ text: line, offset: start, limit }, brackets);
      const close = quote === undefined ? undefined : closingOfSeveralLines(text, quote);
      if (quote !== undefined && close === undefined) return quote;
      if (close !== undefined) {
        start = close + 1;
        continue;
      }
      if (brackets.length === 0 && /(?::|-)\s+[|>][-+\d]*\s*(?:#.*)?$/.test(line)) blockIndent = indent;
    }
    start += line.length + (text.startsWith("\r\n", start + line.length) ? 2 : 1);
  }
  return brackets[0];
}

/** A quoted text may span lines; then its closing quote ends the value. */
function closingOfSeveralLines(text: string, open: number): number | undefined {
  const close = closingQuote(text, open, text[open] ?? "");
  return close >= 0 && /^\s*(?:$|[\r\n,\]}:#])/.test(text.slice(close + 1, close + 80)) ? close : undefined;
}

interface Line {
  readonly text: string;
  readonly offset: number;
  readonly limit: number;
}

/** Opens and closes brackets; returns the offset of a quote that the line does not close. */
function scanLine(line: Line, brackets: number[]): number | undefined {
  let atToken = true;
  for (let index = 0; index < line.text.length && line.offset + index < line.limit; index += 1) {
    const sign = line.text[index] ?? "";
    if (sign === "#" && (index === 0 || /\s/.test(line.text[index - 1] ?? ""))) return undefined;
    if (atToken && (sign === '"' || sign === "'")) {
      const close = closingQuote(line.text, index, sign);
      if (close < 0) return line.offset + index;
      index = close;
      atToken = false;
    } else atToken = step(sign, { atToken, at: line.offset + index, next: line.text[index + 1] ?? " " }, brackets);
  }
  return undefined;
}

/** Whether a token may begin behind this character. */
function step(sign: string, state: { atToken: boolean; at: number; next: string }, brackets: number[]): boolean {
  const opens = sign === "[" || sign === "{";
  if (opens && (state.atToken || brackets.length > 0)) brackets.push(state.at);
  if ((sign === "]" || sign === "}") && brackets.length > 0) brackets.pop();
  if (opens) return state.atToken || brackets.length > 0;
  if (sign === "," && brackets.length > 0) return true;
  if ((sign === ":" || sign === "-" || sign === "?") && /\s/.test(state.next)) return true;
  return /\s/.test(sign) && state.atToken;
}

function closingQuote(text: string, open: number, quote: string): number {
  for (let index = open + 1; index < text.length; index += 1) {
    if (quote === '"' && text[index] === "\\") index += 1;
    else if (quote === "'" && text[index] === "'" && text[index + 1] === "'") index += 1;
    else if (text[index] === quote) return index;
  }
  return -1;
}
