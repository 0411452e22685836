import { BackworksError } from "@backworks/core";
import type { IdFacts } from "./columns.ts";
import type { MockEndpoint } from "./mock-endpoint.ts";
import type { Row } from "./rows.ts";

/** The field that tells the rows of a mock apart. @throws BW_CLI_EVOLVE */
export function findKey({ name, source }: MockEndpoint, rows: readonly Row[]): IdFacts {
  if (source.kind === "resource") {
    const { id } = source.resource;
    return typeof id === "string"
      ? { field: id, type: undefined, generate: undefined }
      : { field: id.field, type: id.type, generate: id.generate };
  }
  const names = Object.keys(rows[0] ?? {});
  const field = ["id", ...names].find((one) => tellsApart(one, rows));
  if (field !== undefined) return { field, type: undefined, generate: undefined };
  throw new BackworksError(
    "BW_CLI_EVOLVE",
    { endpoint: name, problem: "no field tells its rows apart" },
    { hint: "give every row an id of its own: a whole number or a text" },
  );
}

function tellsApart(field: string, rows: readonly Row[]): boolean {
  const values = rows.map((row) => row[field]);
  const [first] = values;
  const kind = typeof first;
  const fits = values.every(
    (value) => typeof value === kind && (Number.isSafeInteger(value) || (typeof value === "string" && value !== "")),
  );
  return fits && new Set(values).size === rows.length;
}
