/** A JSON text that is not one: where and why. */
export interface JsonMistake {
  readonly problem: string;
  readonly start: number;
}

const blank = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex -- RFC 8259, section 7: they must be escaped
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const other = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

/**
 * Finds the first mistake of a text that `JSON.parse` refused, which does not always say where it is.
 *
 * Source: RFC 8259.
 */
export function findJsonMistake(source: string): JsonMistake {
  try {
    const end = skip(source, value(source, skip(source, 0), 0));
    return { problem: "nothing may follow the value", start: end };
  } catch (thrown) {
    // Only `fail` throws here, and always a mistake.
    return thrown as JsonMistake;
  }
}

function value(source: string, start: number, depth: number): number {
  if (depth > 1000) return fail("values are nested too deep", start);
  const sign = source[start];
  if (sign === "{") return members(source, start, depth);
  if (sign === "[") return items(source, start, depth);
  if (sign === '"') return string(source, start);
  const end = match(other, source, start);
  if (end !== undefined) return end;
  return fail(sign === undefined ? "the text ends before the value does" : `a value cannot begin with ${sign}`, start);
}

function members(source: string, start: number, depth: number): number {
  let index = skip(source, start + 1);
  if (source[index] === "}") return index + 1;
  for (;;) {
    if (source[index] !== '"')
      return fail(source[index] === "}" ? "a comma before }" : "a key must be in double quotes", index);
    index = skip(source, string(source, index));
    if (source[index] !== ":") return fail("a colon is missing", index);
    index = skip(source, value(source, skip(source, index + 1), depth + 1));
    if (source[index] === "}") return index + 1;
    if (source[index] !== ",") return fail("a comma or } is missing", index);
    index = skip(source, index + 1);
  }
}

function items(source: string, start: number, depth: number): number {
  let index = skip(source, start + 1);
  if (source[index] === "]") return index + 1;
  for (;;) {
    if (source[index] === "]") return fail("a comma before ]", index);
    index = skip(source, value(source, index, depth + 1));
    if (source[index] === "]") return index + 1;
    if (source[index] !== ",") return fail("a comma or ] is missing", index);
    index = skip(source, index + 1);
  }
}

function string(source: string, start: number): number {
  return match(text, source, start) ?? fail("this text is not closed, or holds a bad escape or a line break", start);
}

function skip(source: string, start: number): number {
  return match(blank, source, start) ?? start;
}

function match(pattern: RegExp, source: string, start: number): number | undefined {
  pattern.lastIndex = start;
  const found = pattern.exec(source);
  return found === null ? undefined : start + found[0].length;
}

function fail(problem: string, start: number): never {
  const mistake: JsonMistake = { problem, start };
  // oxlint-disable-next-line typescript/only-throw-error -- caught in findJsonMistake, never leaves this file
  throw mistake;
}
