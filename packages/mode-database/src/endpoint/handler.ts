import type { Exchange, Handler } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import type { Statement } from "../engine.ts";
import type { Answer } from "./answer.ts";

/** Everything one route needs, decided when the configuration was loaded. */
export interface SqlHandler {
  readonly database: OpenDatabase;
  readonly statement: Statement;
  binds(exchange: Exchange): unknown[];
  readonly answer: Answer;
}

/** Runs a statement with values of the request. What the database has at once is answered at once. */
export function createHandler({ database, statement, binds, answer }: SqlHandler): Handler {
  return (exchange) => {
    const { method } = exchange.request;
    const found = database.run(statement, binds(exchange));
    return found instanceof Promise ? found.then((result) => answer(result, method)) : answer(found, method);
  };
}
