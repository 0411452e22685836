import { checkInsert, invalid } from "@backworks/core/query";
import type { Row } from "@backworks/core/query";
import type { Call } from "../call.ts";

const query = { columns: undefined, onConflict: undefined };

/** Looks up the columns of a change. @throws BW_QUERY_UNKNOWN_COLUMN, BW_QUERY_INVALID */
export function checkNames({ view }: Call, change: Row): Row {
  const { rows } = checkInsert([change], { schema: view.writes, table: view.table.name, query, preferences: {} });
  const [row] = rows;
  const [nested] = row?.nested ?? [];
  if (nested !== undefined)
    throw invalid(nested.name, "holds other rows, which are written by themselves", {
      hint: "a new row may bring others: POST it",
    });
  return row?.values ?? {};
}
