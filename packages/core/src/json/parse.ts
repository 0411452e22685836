import { BackworksError } from "../errors.ts";
import type { JsonValue } from "../exchange.ts";
import { findJsonMistake } from "../json-mistake.ts";
import type { LimitSettings } from "../model/app.ts";
import { findForbiddenKey } from "./forbidden-keys.ts";

/** How much nesting and how many members are taken. */
type JsonLimits = Pick<LimitSettings, "jsonDepth" | "jsonKeys">;

/** Where nobody configured anything. */
export const plainLimits: JsonLimits = Object.freeze({ jsonDepth: 64, jsonKeys: 10_000 });

/** JSON as it came, in UTF-8. */
interface JsonSource {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Parses JSON of strangers. What is too deep or has too many members is refused before anything is built of it.
 *
 * Of a repeated name the last value counts, as ECMA-262, 25.5.1 has it.
 *
 * @throws BW_REQUEST_JSON with line and column, BW_REQUEST_JSON_LIMIT, BW_REQUEST_KEY
 */
export function parseJson(source: JsonSource, limits: JsonLimits = plainLimits): JsonValue {
  const { mayHoldForbidden } = measure(source.bytes, limits);
  const text = source.text.charCodeAt(0) === 0xfeff ? source.text.slice(1) : source.text;
  const value = parse(text);
  const key = mayHoldForbidden ? findForbiddenKey(value) : undefined;
  if (key !== undefined) throw new BackworksError("BW_REQUEST_KEY", { key });
  return value;
}

const quote = 34;
const colon = 58;
const bracketOpen = 91;
const backslash = 92;
const bracketClose = 93;
const underscore = 95;
const letterC = 99;
const letterU = 117;
const braceOpen = 123;
const braceClose = 125;

/** What one pass over the bytes shows besides the numbers. */
interface Findings {
  /** Whether it is worth looking for forbidden keys in what was parsed. */
  mayHoldForbidden: boolean;
}

/**
 * Counts in one pass and without a stack; whether it is JSON at all is for `JSON.parse` to say. Bytes are read, which takes half as
 * long as characters do (bench: micro/json).
 */
// oxlint-disable-next-line complexity -- one loop over every byte of every JSON body (bench: micro/json)
function measure(bytes: Uint8Array, { jsonDepth, jsonKeys }: JsonLimits): Findings {
  const findings: Findings = { mayHoldForbidden: false };
  let depth = 0;
  let keys = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const code = bytes[index];
    if (code === quote) index = endOfText(bytes, index + 1, findings);
    else if (code === colon) keys += 1;
    else if (code === braceOpen || code === bracketOpen) {
      depth += 1;
      if (depth > jsonDepth) throw tooMuch("is nested deeper", `${jsonDepth} levels`);
    } else if (code === braceClose || code === bracketClose) depth -= 1;
  }
  if (keys > jsonKeys) throw tooMuch("has more", `${jsonKeys} keys`);
  return findings;
}

/** Index of the quote that closes a text; the end of the source when none does. */
function endOfText(bytes: Uint8Array, from: number, findings: Findings): number {
  let index = from;
  for (; index < bytes.length; index += 1) {
    const code = bytes[index];
    if (code === quote) break;
    if (code !== backslash) continue;
    index += 1;
    // A key may be spelled with such escapes, and with no others.
    if (bytes[index] === letterU) findings.mayHoldForbidden = true;
  }
  if (looksForbidden(bytes[from], index - from)) findings.mayHoldForbidden = true;
  return index;
}

/** Whether a text begins as `__proto__` or `constructor` does and is as long. */
function looksForbidden(first: number | undefined, length: number): boolean {
  return (length === 9 && first === underscore) || (length === 11 && first === letterC);
}

function tooMuch(what: string, limit: string): BackworksError {
  return new BackworksError("BW_REQUEST_JSON_LIMIT", { problem: `${what} than ${limit}` });
}

function parse(text: string): JsonValue {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    // The engine's own words repeat what was sent.
    const { problem, start } = findJsonMistake(text);
    const before = text.slice(0, start).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
    throw new BackworksError("BW_REQUEST_JSON", { problem: `${place}: ${problem}` });
  }
}
