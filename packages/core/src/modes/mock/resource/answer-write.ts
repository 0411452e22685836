import type { MaybePromise, ResponseInit } from "../../../exchange.ts";
import { checkQuery } from "../../../query/check/check.ts";
import type { WriteOutcome } from "../../../query/http/answer-write.ts";
import { answerWritten } from "../../../query/http/answer-write.ts";
import { representationOf } from "../../../query/http/representation.ts";
import type { Preferences } from "../../../query/prefer.ts";
import { parsePreferences } from "../../../query/prefer.ts";
import type { QuerySyntax } from "../../../query/syntax/syntax.ts";
import { parseQuery } from "../../../query/syntax/parse.ts";
import type { CheckedQuery, Row } from "../../../query/tree.ts";
import { withPatterns } from "./ask.ts";
import type { Call } from "./call.ts";
import { contextOf } from "./call.ts";
import type { Transaction } from "./transaction.ts";
import { beginTransaction } from "./transaction.ts";

/** One request that writes. */
export interface Write {
  readonly call: Call;
  readonly syntax: QuerySyntax;
  readonly preferences: Preferences;
  readonly transaction: Transaction;
  /** Rows of the collection that the filters of the query are about, in its order. */
  matched(): readonly Row[];
}

/** What a write did. */
export interface Written extends Omit<WriteOutcome, "count" | "etag"> {
  /** Rows of the collection as they are then, or as they were before they were deleted. */
  readonly rows: readonly Row[];
}

/** Runs a write in one step and answers what it did: all of it is kept, or with an error and with `tx=rollback` nothing. */
export function answerWrite(call: Call, write: (write: Write) => Written): MaybePromise<ResponseInit> {
  const { collection, exchange, ignored, plans } = call;
  const preferences = parsePreferences(exchange.request.headers["prefer"]);
  const syntax = parseQuery(exchange.request.query, { ignored });
  const query = checkQuery(syntax, { schema: contextOf(call).source.schema, table: collection.name });
  return withPatterns(query, (compilePattern) => {
    const transaction = beginTransaction(call, { fillDefaults: preferences.missing === "default" });
    const context = { source: transaction.catalog, compilePattern, visible: contextOf(call).visible };
    const written = write({
      call,
      syntax,
      preferences,
      transaction,
      matched: () => plans.of(query).match(query.values, context),
    });
    transaction.verify();
    const rows = shapeRows(call, { query, transaction, written });
    const response = answerWritten(exchange.request, outcomeOf(written), { preferences, rows });
    if (preferences.tx !== "rollback") transaction.commit();
    return response;
  });
}

interface Shaping {
  readonly query: CheckedQuery;
  readonly transaction: Transaction;
  readonly written: Written;
}

/** The rows as `select` wants them, with what they embed after the write. */
function shapeRows({ plans }: Call, { query, transaction, written }: Shaping): readonly Row[] {
  return plans.of(query).shape(written.rows, query.values, { source: transaction.catalog });
}

function outcomeOf({ rows, ...written }: Written): WriteOutcome {
  const [row] = rows;
  const etag = written.single && row ? representationOf(row).etag : undefined;
  return { ...written, count: rows.length, etag };
}
