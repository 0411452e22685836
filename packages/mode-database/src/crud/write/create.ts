import type { ResponseInit } from "@backworks/core";
import { cellsOf, checkInsert, locationOf, readBody, refuseFilters, rowsOfBody } from "@backworks/core/query";
import type { Row } from "@backworks/core/query";
import type { Call } from "../call.ts";
import { partsOfKey, taken } from "../call.ts";
import type { ReadyRow } from "./insert.ts";
import { checkRows, insertRows } from "./insert.ts";
import { answerWrite, isSimple, readWrite } from "./request.ts";
import { namesKey } from "./taken.ts";
import { checkConflict } from "./upsert.ts";

/** POST to a collection: a new row, or a list of rows of which all are stored or none. */
export async function create(call: Call): Promise<ResponseInit> {
  const write = readWrite(call);
  const { syntax, preferences } = write;
  const { view, exchange, collection } = call;
  refuseFilters(syntax, "POST");
  const columns = view.writes.table(view.table.name)?.columns;
  const value = readBody(
    exchange.request,
    cellsOf((column) => columns?.get(column)?.type ?? { name: "any" }),
  );
  const isList = Array.isArray(value);
  const bodies = rowsOfBody(collection.name, value);
  const insert = checkInsert(bodies, { schema: view.writes, table: view.table.name, query: syntax, preferences });
  const { conflict } = insert;
  if (conflict) checkConflict(conflict, call);
  const ready = checkRows(call, insert, isList);
  const [first] = isList ? [] : ready;
  const atOnce = first !== undefined && conflict === undefined && isAlone(call, first) && isSimple(write, undefined);
  const row = first && valuesOf(first);
  const options = { isolation: "row", repeatsConflicts: conflict !== undefined, row, atOnce } as const;
  return answerWrite(write, options, async (run) => {
    const { keys, created } = await insertRows(call, ready, { run, conflict });
    const [key] = isList ? [] : keys;
    return {
      status: created > 0 || keys.length === 0 ? 201 : 200,
      keys,
      single: key !== undefined,
      location: key && locationOf(exchange.request.path, view.table.primaryKey, partsOfKey(key)),
      followed: ["missing", "resolution"],
    };
  }).catch((error: unknown) => {
    const key = first && namesKey(error, view.table, first.stored);
    throw key ? taken(call, key) : error;
  });
}

/** Whether a row is stored by one statement. MySQL has to be asked for the key on the same connection. */
function isAlone({ collection }: Call, { before, after }: ReadyRow): boolean {
  return before.length + after.length === 0 && collection.database.engine.dialect.name !== "mysql";
}

function valuesOf({ stored }: ReadyRow): Row {
  return Object.fromEntries([...stored].map(([column, { value }]) => [column, value]));
}
