/**
 * The first quote before `limit` that is not closed, otherwise the outermost bracket still open there.
 *
 * Knows as much YAML as it takes to skip comments, quotes and block texts; used only on texts that do not parse.
 */
export function openQuoteOrBracket(text: string, limit: number): number | undefined {
  const scan: Scan = { text, limit, brackets: [], index: 0, atToken: true };
  let block: number | undefined;
  while (scan.index <= limit && scan.index < text.length) {
    const line = lineAt(text, scan.index);
    const indent = line.search(/\S|$/);
    if (line.trim() === "" || (block !== undefined && indent > block)) {
      scan.index += line.length + 1;
      continue;
    }
    block = scan.brackets.length === 0 && opensBlock.test(line) ? indent : undefined;
    const quote = scanLine(scan, scan.index + line.length);
    if (quote !== undefined) return quote;
  }
  return scan.brackets[0];
}

function lineAt(text: string, start: number): string {
  return /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
}

/** A line whose value is the block text below it. */
const opensBlock = /(?::|-)\s+[|>][-+\d]*\s*(?:#.*)?$/;

interface Scan {
  readonly text: string;
  readonly limit: number;
  readonly brackets: number[];
  index: number;
  /** Whether a value may begin here, so that a quote opens a text. */
  atToken: boolean;
}

/** Reads to the end of a line, or of a quoted text that ends on a later one; returns a quote that is not closed. */
function scanLine(scan: Scan, end: number): number | undefined {
  const { text, limit } = scan;
  scan.atToken = true;
  for (; scan.index < end && scan.index < limit; scan.index += 1) {
    const sign = text[scan.index] ?? "";
    if (sign === "#" && /(?:^|\s)$/.test(text.slice(Math.max(0, scan.index - 1), scan.index))) break;
    if (scan.atToken && (sign === '"' || sign === "'")) {
      const close = closingQuote(text, scan.index, end);
      if (close === undefined) return scan.index;
      scan.atToken = false;
      scan.index = close;
    } else step(scan, sign);
  }
  scan.index = Math.max(scan.index, end) + 1;
  return undefined;
}

function step(scan: Scan, sign: string): void {
  const { brackets, atToken } = scan;
  if (sign === "[" || sign === "{") {
    if (atToken || brackets.length > 0) brackets.push(scan.index);
    scan.atToken = brackets.length > 0;
  } else if (sign === "]" || sign === "}") {
    brackets.pop();
    scan.atToken = false;
  } else scan.atToken = mayBegin(scan, sign);
}

/** Whether a value may begin behind a character that is no bracket. */
function mayBegin({ text, index, brackets, atToken }: Scan, sign: string): boolean {
  if (sign === ",") return brackets.length > 0;
  if (/[:?-]/.test(sign)) return /\s/.test(text[index + 1] ?? " ");
  return atToken && /\s/.test(sign);
}

/** The closing quote: on the same line, or on a later one when the value ends there. */
function closingQuote(text: string, open: number, lineEnd: number): number | undefined {
  const quote = text[open] ?? "";
  for (let index = open + 1; index < text.length; index += 1) {
    const pair = quote === '"' ? text[index] === "\\" : text.startsWith("''", index);
    if (pair) index += 1;
    else if (text[index] === quote) {
      return index < lineEnd || /^\s*(?:$|[\r\n,\]}:#])/.test(text.slice(index + 1, index + 80)) ? index : undefined;
    }
  }
  return undefined;
}
