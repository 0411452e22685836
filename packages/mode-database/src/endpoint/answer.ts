import { BackworksError } from "@backworks/core";
import type { JsonValue, ResponseInit } from "@backworks/core";
import type { Result, Row } from "../engine.ts";
import type { EndpointOptions } from "../options/endpoint.ts";

/** Makes the response of what a statement came to. */
export type Answer = (result: Result, method: string) => ResponseInit;

/** How an endpoint answers: a list or one row, wrapped or not. */
export function toAnswer({
  returns,
  transform,
  path,
}: Pick<EndpointOptions, "returns" | "transform"> & { readonly path: string }): Answer {
  const single = returns === undefined ? /\{[^}]*\}$/.test(path) : returns === "single";
  const wrapList = wrapIn(transform?.list);
  const wrapSingle = wrapIn(transform?.single);
  return ({ rows, count, gives }, method) => {
    if (!gives) return answerChange(count, single);
    const [first] = rows;
    const status = method === "POST" ? 201 : 200;
    // A statement that adds a row gives that row, not a list of one.
    if (!single && !(method === "POST" && rows.length === 1))
      return { status: method === "POST" && count > 0 ? 201 : 200, body: wrapList(rows) };
    if (first === undefined) throw new BackworksError("BW_DATABASE_NO_ROW");
    return { status, body: wrapSingle(first) };
  };
}

/** A change without rows: nothing to tell, or nothing that was there to change. */
function answerChange(count: number, single: boolean): ResponseInit {
  if (single && count === 0) throw new BackworksError("BW_DATABASE_NO_ROW");
  return { status: 204 };
}

/** Rows are made of JSON. */
function wrapIn(key: string | undefined): (value: Row | readonly Row[]) => JsonValue {
  return key === undefined ? (value) => value as JsonValue : (value) => ({ [key]: value as JsonValue });
}
