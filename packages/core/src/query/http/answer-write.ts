import type { BackworksRequest, ResponseInit } from "../../exchange.ts";
import type { Preferences } from "../prefer.ts";
import { appliedPreferences } from "../prefer.ts";
import type { Row } from "../tree.ts";
import type { Wrap } from "./form-rows.ts";
import { checkSingular, formRows } from "./form-rows.ts";
import type { Representation } from "./representation.ts";

/** What a write did, as the client is told. */
export interface WriteOutcome {
  /** HTTP status of an answer with rows. */
  readonly status: number;
  /** Rows it was about. */
  readonly count: number;
  /** Whether the one row is the answer itself, and no list. */
  readonly single: boolean;
  /** Address of the row it made. */
  readonly location?: string | undefined;
  /** Validator of the one row, by which the next write asks whether it is still the same. */
  readonly etag?: string | undefined;
  /** What is answered when the request does not say. @defaultValue "representation" */
  readonly otherwise?: NonNullable<Preferences["return"]> | undefined;
  /** Preferences that were followed besides those all writes know. */
  readonly followed?: readonly (keyof Preferences)[] | undefined;
}

/** Whether the rows themselves are answered. */
export function answersRows(preferences: Preferences, { otherwise = "representation" }: WriteOutcome): boolean {
  return (preferences.return ?? otherwise) === "representation";
}

/** What is answered besides the outcome. */
export interface WriteAnswer {
  /** What the request prefers. */
  readonly preferences: Preferences;
  /** Objects of the answer; needed only when `answersRows`. */
  readonly rows: readonly Row[];
  /** The one row as it is sent, where it is known. */
  readonly sent?: Representation | undefined;
  /** Keys under which they are put. */
  readonly wrap?: Wrap | undefined;
}

const always = ["handling", "return", "tx", "count"] as const;

/** The answer to a write. @throws BW_QUERY_SINGULAR */
export function answerWritten(
  request: BackworksRequest,
  outcome: WriteOutcome,
  { preferences, rows, sent, wrap }: WriteAnswer,
): ResponseInit {
  const { status, single, location, etag, count } = outcome;
  const accept = request.headers["accept"];
  const headers = { location, ...headersOf(preferences, outcome) };
  if (answersRows(preferences, outcome))
    return formRows(rows, { accept, status, headers: { ...headers, etag }, single, sent, wrap });
  // A client that wants one row is refused when they are several, whether or not it is sent.
  checkSingular(accept, count);
  return { status: status === 201 ? 201 : 204, headers, body: null };
}

function headersOf(
  preferences: Preferences,
  { count, followed = [] }: WriteOutcome,
): Record<string, string | undefined> {
  return {
    "content-range": preferences.count === undefined ? undefined : `*/${count}`,
    "preference-applied": appliedPreferences(preferences, [...always, ...followed]),
  };
}
