import { invalid } from "./errors.ts";
import type { Order } from "./query.ts";

/** Reads `price.desc.nullslast,name`. */
export function parseOrder(text: string): readonly Order[] {
  return list(text, "order").map((term) => {
    const [column = "", ...words] = term.split(".");
    const descending = words[0] === "desc";
    if (descending || words[0] === "asc") words.shift();
    const nulls = nullsOf(words.shift(), descending);
    if (column === "" || nulls === undefined || words.length > 0) {
      throw invalid("order", `has ${term}, write column, column.desc or column.asc.nullsfirst`);
    }
    return { column, descending, nulls };
  });
}

/** Reads `-price,name`: a minus sorts from the highest. */
export function parseSort(text: string): readonly Order[] {
  return list(text, "sort").map((term) => {
    const descending = term.startsWith("-");
    // A plus in a query is a space until it is percent-encoded.
    const column = descending || /^[+ ]/.test(term) ? term.slice(1) : term;
    if (column === "") throw invalid("sort", `has ${term}, write column or -column`);
    return { column, descending, nulls: descending ? "first" : "last" };
  });
}

function list(text: string, parameter: string): string[] {
  if (text === "") return [];
  const terms = text.split(",");
  if (terms.includes("")) throw invalid(parameter, "has a comma too many");
  return terms;
}

/** As in PostgreSQL, nothing counts as higher than anything. */
function nullsOf(word: string | undefined, descending: boolean): "first" | "last" | undefined {
  if (word === undefined) return descending ? "first" : "last";
  if (word === "nullsfirst") return "first";
  return word === "nullslast" ? "last" : undefined;
}
