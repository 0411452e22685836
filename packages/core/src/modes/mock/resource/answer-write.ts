import { BackworksError } from "../../../errors.ts";
import type { MaybePromise, ResponseInit } from "../../../exchange.ts";
import { checkQuery } from "../../../query/check/check.ts";
import type { Preferences } from "../../../query/prefer.ts";
import { appliedPreferences, parsePreferences } from "../../../query/prefer.ts";
import type { QuerySyntax } from "../../../query/syntax/syntax.ts";
import { parseQuery } from "../../../query/syntax/parse.ts";
import type { CheckedQuery, Row } from "../../../query/tree.ts";
import { withPatterns } from "./ask.ts";
import type { Call } from "./call.ts";
import { contextOf } from "./call.ts";
import { formRows } from "./form.ts";
import { representationOf } from "./representation.ts";
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

/** What a write did, as the client is told. */
export interface Written {
  readonly status: number;
  /** Rows of the collection as they are then, or as they were before they were deleted. */
  readonly rows: readonly Row[];
  /** Whether the one row is the answer itself, and no list. */
  readonly single: boolean;
  readonly location?: string | undefined;
  /** What is answered when the request does not say. @defaultValue "representation" */
  readonly otherwise?: NonNullable<Preferences["return"]>;
  /** Preferences that were followed besides those all writes know. */
  readonly followed?: readonly (keyof Preferences)[];
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
    const shaped = shapeRows(call, { query, transaction, written });
    const response = respond(call, { preferences, written, shaped });
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

interface Answered {
  readonly preferences: Preferences;
  readonly written: Written;
  readonly shaped: readonly Row[];
}

const always = ["handling", "return", "tx", "count"] as const;

function respond({ exchange }: Call, { preferences, written, shaped }: Answered): ResponseInit {
  const { status, single, location, otherwise = "representation" } = written;
  const headers = { location, ...headersOf(preferences, written) };
  const etag = single ? tagOf(written) : undefined;
  // A client that wants one row is refused when they are several, whether or not it is sent.
  const whole = formRows(shaped, {
    accept: exchange.request.headers["accept"],
    status,
    headers: { ...headers, etag },
    single,
  });
  if ((preferences.return ?? otherwise) === "representation") return whole;
  return { status: status === 201 ? 201 : 204, headers, body: null };
}

function headersOf(preferences: Preferences, { rows, followed = [] }: Written): Record<string, string | undefined> {
  return {
    "content-range": preferences.count === undefined ? undefined : `*/${rows.length}`,
    "preference-applied": appliedPreferences(preferences, [...always, ...followed]),
  };
}

/** The validator of the stored row, by which the next write asks whether it is still the same. */
function tagOf({ rows: [row] }: Written): string | undefined {
  return row && representationOf(row).etag;
}

/** Refuses to change more rows than the client expects. @throws BW_QUERY_TOO_MANY_AFFECTED */
export function checkAffected({ preferences: { maxAffected: limit } }: Write, count: number): void {
  if (limit === undefined || count <= limit) return;
  throw new BackworksError("BW_QUERY_TOO_MANY_AFFECTED", { count, limit }, { members: { count, limit } });
}
