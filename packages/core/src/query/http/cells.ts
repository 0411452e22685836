import { readValue } from "../check/value.ts";
import type { ValueType } from "../types.ts";
import type { TypeCell } from "./body.ts";

/** Gives the texts of a form or of CSV the types of their columns. */
export function cellsOf(typeOf: (column: string) => ValueType): TypeCell {
  return (column, text) => {
    const type = typeOf(column);
    if (type.name === "text" || type.name === "any") return text;
    if (text === "") return undefined;
    const read = readValue(text, type);
    // What is not of the type is refused with the rest that does not fit.
    return read.problem === undefined ? read.value : text;
  };
}
