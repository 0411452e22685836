import { invalid } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Field, JsonStep } from "./syntax.ts";
import type { Reader } from "./reader.ts";
import { looksAt, take, takeMatch, takeQuoted, unexpected } from "./reader.ts";

/** What a name holds without quotation marks; a dash belongs to it unless an arrow begins there. */
const bareName = /(?:[^\s"'(),.:!*&=<>{}[\]\\-]|-(?!>)| (?=[^\s"'(),.:!*&=<>{}[\]\\-]))+/y;
const bareKey = /(?:[^"(),.:>-]|-(?!>))+/y;
const index = /-?\d+(?=$|->|[:.,()])/y;

/** A name: of a column, a relation, an alias. @throws BW_QUERY_INVALID */
export function readName(reader: Reader, what: string): string {
  const start = reader.at;
  const name = reader.text[start] === '"' ? takeQuoted(reader) : takeMatch(reader, bareName);
  if (name === undefined)
    throw invalid(reader.parameter, "has a quotation mark that is not closed", { position: start });
  if (name === "") throw unexpected(reader, what);
  return refusePrototype(reader, name);
}

/** What is called so in an object of the answer would be its prototype. */
function refusePrototype(reader: Reader, name: string): string {
  if (name !== "__proto__") return name;
  throw invalid(reader.parameter, "may not name __proto__", { position: reader.at - name.length });
}

/** `column->key->0->>key` @throws BW_QUERY_INVALID */
export function readField(reader: Reader): Field {
  const column = readName(reader, "a column");
  return { column, json: readJsonPath(reader) };
}

function readJsonPath(reader: Reader): readonly JsonStep[] {
  const steps: JsonStep[] = [];
  for (;;) {
    const start = reader.at;
    if (!take(reader, "->")) return steps;
    const text = take(reader, ">");
    // PostgREST leaves it to the database to say so.
    if (steps.at(-1)?.text === true && reader.reading.dialect === "backworks")
      throw invalid(reader.parameter, "goes on after ->>, which gives text", { position: start });
    if (steps.length >= limits.steps)
      throw invalid(reader.parameter, `has a JSON path of more than ${limits.steps} steps`, { position: start });
    steps.push({ step: readStep(reader), text });
  }
}

function readStep(reader: Reader): string | number {
  const digits = takeMatch(reader, index);
  if (digits !== "") {
    const number = Number(digits);
    if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
    throw invalid(reader.parameter, `has ${digits}, which is too large for a place in a list`, { position: reader.at });
  }
  // A dash begins a place or a key, two of them neither.
  if (looksAt(reader, "--")) {
    reader.at += 1;
    throw unexpected(reader, "a digit");
  }
  if (reader.text[reader.at] !== '"') {
    const key = takeMatch(reader, bareKey);
    if (key === "") throw unexpected(reader, "a key or a place in a list");
    return refusePrototype(reader, key);
  }
  const quoted = takeQuoted(reader);
  if (quoted === undefined) throw unexpected(reader, "a quotation mark that is closed");
  return refusePrototype(reader, quoted);
}
