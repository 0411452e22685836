import { BackworksError } from "../errors.ts";
import { suggest } from "../suggest.ts";
import type { QueryRules } from "./parse.ts";

/** Refuses columns the collection does not have. @throws BW_QUERY_UNKNOWN_COLUMN */
export function columnCheck({ collection, columns }: QueryRules): (column: string) => void {
  return (column) => {
    if (columns === undefined || columns.has(column)) return;
    const near = suggest(column, columns);
    throw new BackworksError(
      "BW_QUERY_UNKNOWN_COLUMN",
      { column, collection },
      { hint: near === undefined ? `columns are ${[...columns].join(", ")}` : `did you mean ${near}?` },
    );
  };
}
