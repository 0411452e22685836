import { invalid } from "../errors.ts";
import { readField, readName } from "./field.ts";
import type { Reader } from "./reader.ts";
import { expect, expectEnd, take, takeList, takeMatch, unknownWord } from "./reader.ts";
import type { OrderTerm } from "./syntax.ts";

/** `price.desc.nullslast,supplier(name)`. @throws BW_QUERY_INVALID */
export function readOrder(reader: Reader): readonly OrderTerm[] {
  if (reader.text === "") return [];
  const terms = takeList(reader, readTerm);
  expectEnd(reader, "a comma");
  return terms;
}

function readTerm(reader: Reader): OrderTerm {
  const start = reader.at;
  const name = readName(reader, "a column");
  const related = take(reader, "(");
  if (!related) reader.at = start;
  const field = readField(reader);
  if (related) expect(reader, ")");
  return { relation: related ? name : undefined, field, ...readWords(reader) };
}

const orderWord = /\w+/y;
const words = ["asc", "desc", "nullsfirst", "nullslast"] as const;

function readWords(reader: Reader): Pick<OrderTerm, "descending" | "nulls"> {
  let direction: string | undefined;
  let nulls: OrderTerm["nulls"];
  while (take(reader, ".")) {
    const at = reader.at;
    const text = takeMatch(reader, orderWord);
    if (!words.some((word) => word === text)) throw unknownWord(reader, { text, what: "word", at }, words);
    const position = nulls !== undefined || (direction !== undefined && text.endsWith("sc"));
    if (position)
      throw invalid(reader.parameter, `has ${text} too late`, { position: at, hint: "write column.desc.nullslast" });
    if (text.endsWith("sc")) direction = text;
    else nulls = text === "nullsfirst" ? "first" : "last";
  }
  return { descending: direction === "desc", nulls };
}

/** `-price,name`: a minus sorts from the highest. @throws BW_QUERY_INVALID */
export function readSort(reader: Reader): readonly OrderTerm[] {
  if (reader.text === "") return [];
  const terms = takeList(reader, (inner) => {
    const descending = take(inner, "-");
    // A plus in a query is a space until it is percent-encoded.
    if (!descending) take(inner, "+");
    return { relation: undefined, field: readField(inner), descending, nulls: undefined };
  });
  expectEnd(reader, "a comma");
  return terms;
}
